"""How things are written and read: phones, plates, VINs, days, amounts, spreadsheets. Pure."""
