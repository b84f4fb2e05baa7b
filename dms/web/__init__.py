"""What every page is made of: rights, requests, forms, filters, paging, the template engine, PDF, middleware."""
