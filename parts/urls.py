"""The pages of parts."""

from django.urls import path

from parts.views import catalogue, receiving, stock

app_name = "parts"
urlpatterns = [
    path("stock/", stock.StockList.as_view(), name="stock"),
    path("stock/<int:pk>/", stock.stock_at, name="stock_at"),
    path("stock/<int:pk>/lost-sale/", stock.stock_lost_sale, name="stock_lost_sale"),
    path("stock/<int:pk>/correct/", stock.StockCorrect.as_view(), name="stock_correct"),
    path("stock/<int:pk>/limits/", stock.StockLimits.as_view(), name="stock_limits"),
    path("reservations/<int:pk>/release/", stock.reservation_release, name="reservation_release"),
    path("receive/", receiving.receive, name="receive"),
    path("parts/", catalogue.Parts.as_view(), name="parts"),
    path("parts/new/", catalogue.part_new, name="part_new"),
    path("parts/<int:pk>/", catalogue.part, name="part"),
    path("parts/<int:pk>/edit/", catalogue.part_edit, name="part_edit"),
    path("moves/", catalogue.Moves.as_view(), name="moves"),
    path("lost-sales/", catalogue.LostSales.as_view(), name="lost_sales"),
]
