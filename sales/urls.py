"""The pages of sales."""

from django.urls import path

from dms.views.handing_over import hand_over_path
from dms.web.act_views import act_paths
from sales.acts import DELIVERY, LEAD, LEAD_CONTACT, ORDER, OWNER_CARD, QUOTE, ROTA_PLACE, STOCK_CAR, VISIT
from sales.open_work import LEADS, ORDERS, OWNER_CARDS
from sales.views import deliveries, leads, orders, owner_cards, pdfs, quotes, register, stock

app_name = "sales"
urlpatterns = [
    path("register/", register.Register.as_view(), name="register"),
    path("register/pdf/", register.register_pdf, name="register_pdf"),
    path("register/known/", register.known, name="visit_known"),
    path("register/next/", register.hand_next, name="visit_next"),
    *act_paths(VISIT, "register/"),
    *act_paths(ROTA_PLACE, "rota/"),
    path("leads/", leads.Leads.as_view(), name="leads"),
    hand_over_path(LEADS, "leads/"),
    path("leads/new/", leads.LeadNew.as_view(), name="lead_new"),
    path("leads/<int:pk>/", leads.lead, name="lead"),
    path("leads/<int:pk>/record/", leads.RecordContact.as_view(), name="lead_record"),  # ends at the next customer
    *act_paths(LEAD, "leads/"),
    path("leads/<int:pk>/pdf/", pdfs.lead_pdf, name="lead_pdf"),
    *act_paths(LEAD_CONTACT, "contacts/"),
    path("quotes/", quotes.Quotes.as_view(), name="quotes"),
    path("quotes/<int:pk>/", quotes.quote, name="quote"),
    path("quotes/<int:pk>/pdf/", pdfs.quote_pdf, name="quote_pdf"),
    *act_paths(QUOTE, "quotes/"),
    path("orders/", orders.Orders.as_view(), name="orders"),
    hand_over_path(ORDERS, "orders/"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("orders/<int:pk>/pdf/", pdfs.order_pdf, name="order_pdf"),
    *act_paths(ORDER, "orders/", orders.OrderActView),
    path("stock-cars/", stock.StockCars.as_view(), name="stock_cars"),
    path("stock-cars/new/", stock.StockCarNew.as_view(), name="stock_car_new"),
    *act_paths(STOCK_CAR, "stock-cars/"),
    path("deliveries/", deliveries.Deliveries.as_view(), name="deliveries"),
    path("deliveries/<int:pk>/", deliveries.delivery, name="delivery"),
    path("deliveries/<int:pk>/pdf/", pdfs.delivery_pdf, name="delivery_pdf"),
    *act_paths(DELIVERY, "deliveries/"),
    path("owner-cards/", owner_cards.OwnerCards.as_view(), name="owner_cards"),
    hand_over_path(OWNER_CARDS, "owner-cards/"),
    path("owner-cards/<int:pk>/", owner_cards.owner_card, name="owner_card"),
    *act_paths(OWNER_CARD, "owner-cards/"),
    path("owner-cards/<int:pk>/pdf/", pdfs.owner_card_pdf, name="owner_card_pdf"),
]
