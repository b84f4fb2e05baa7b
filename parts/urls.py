"""The pages of parts."""

from django.urls import path

from dms.web.act_views import act_paths
from parts.acts import PART, RESERVATION, STOCK
from parts.views import catalogue, receiving, stock

app_name = "parts"
urlpatterns = [
    path("stock/", stock.StockList.as_view(), name="stock"),
    path("stock/<int:pk>/", stock.stock_at, name="stock_at"),
    *act_paths(STOCK, "stock/", stock.StockAct),
    *act_paths(RESERVATION, "reservations/", stock.ReservationAct),
    path("receive/", receiving.Receive.as_view(), name="receive"),
    path("parts/", catalogue.Parts.as_view(), name="parts"),
    path("parts/new/", catalogue.PartNew.as_view(), name="part_new"),
    path("parts/<int:pk>/", catalogue.part, name="part"),
    *act_paths(PART, "parts/", catalogue.PartAct),
    path("moves/", catalogue.Moves.as_view(), name="moves"),
    path("lost-sales/", catalogue.LostSales.as_view(), name="lost_sales"),
]
