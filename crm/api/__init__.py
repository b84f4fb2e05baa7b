"""The API of customers and their care."""

from rest_framework.routers import SimpleRouter

from crm.api import billing, care, complaints, customers, merges, phones, promises, recall, surveys, vehicles

router = SimpleRouter()
router.register("customers", customers.CustomerViewSet, "customers")
router.register("customer-merges", merges.CustomerMergeViewSet, "customer-merges")
router.register("phones", phones.PhoneViewSet, "phones")
router.register("cadence-presets", care.CadencePresetViewSet, "cadence-presets")
router.register("follow-ups", care.FollowUpViewSet, "follow-ups")
router.register("promises", promises.PromisesViewSet, "promises")
router.register("contacts", care.ContactViewSet, "contacts")
router.register("complaints", complaints.ComplaintViewSet, "complaints")
router.register("questionnaires", surveys.QuestionnaireViewSet, "questionnaires")
router.register("surveys", surveys.SurveyViewSet, "surveys")
router.register("satisfaction", surveys.SatisfactionViewSet, "satisfaction")
router.register("letters", recall.LetterViewSet, "letters")
router.register("recalls", recall.RecallCampaignViewSet, "recalls")
router.register("recall-entries", recall.RecallEntryViewSet, "recall-entries")
router.register("invoices", billing.InvoiceViewSet, "invoices")
router.register("payments", billing.PaymentViewSet, "payments")
router.register("vehicles", vehicles.VehicleViewSet, "vehicles")
