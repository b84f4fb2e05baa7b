-- “Do not call me” was the reason of a call until now: it becomes the word of the customer, on every purpose by the telephone.

INSERT INTO crm_consent (customer_id, purpose, channel, given, at, how, text_version, store_id, contact_id, by_id)
SELECT said.customer_id, purpose, 'CALL', false, said.at, 'TAKEN_OVER', '', said.store_id, NULL, said.by_id
FROM (
    SELECT customer_id, at, store_id, by_id FROM crm_contact
    JOIN dms_reason ON dms_reason.id = crm_contact.reason_id AND dms_reason.code = 'DO_NOT_CALL'
    WHERE NOT EXISTS (SELECT 1 FROM crm_contact AS correction WHERE correction.corrects_id = crm_contact.id)
    UNION
    SELECT customer_id, ended_at, store_id, NULL FROM crm_recallentry
    JOIN dms_reason ON dms_reason.id = crm_recallentry.reason_id AND dms_reason.code = 'DO_NOT_CALL'
    WHERE crm_recallentry.status = 'DECLINED'
) AS said
CROSS JOIN unnest(ARRAY['SERVICE', 'CARE', 'MARKETING', 'SURVEY']) AS purpose
