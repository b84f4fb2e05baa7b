"""What every app stands on and that knows no row of ours: lifecycles, refusals, rights, scope, money, logs."""
