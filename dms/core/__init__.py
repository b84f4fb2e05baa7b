"""What every other room stands on: it knows no row of the business."""
