"""What every page is made of: rights, requests, forms, filters, paging, PDF, middleware."""
