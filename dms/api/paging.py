"""Every list comes in pages."""

from rest_framework.pagination import PageNumberPagination

from dms.web.paging import LongPaginator


class Pages(PageNumberPagination):
    """``?page=`` and ``?page_size=``, at most 200 rows at once."""

    django_paginator_class = LongPaginator
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
