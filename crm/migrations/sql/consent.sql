-- What a customer lets us do, for one purpose by one channel. Their newest word stands; what was noted wrongly and the rows that say
-- so are left out. Without a word the table of defaults speaks. Whoever refuses personal data is only contacted after a service.
-- A visit of ours counts as a call.

CREATE FUNCTION crm_may(customer bigint, purpose text, channel text) RETURNS boolean STABLE LANGUAGE sql AS $$
    SELECT COALESCE(
        (
            SELECT word.given FROM crm_consent AS word
            WHERE word.customer_id = $1 AND word.purpose = $2
                AND word.channel = CASE $3 WHEN 'VISIT' THEN 'CALL' ELSE $3 END
                AND word.undoes_id IS NULL
                AND NOT EXISTS (SELECT 1 FROM crm_consent AS counter WHERE counter.undoes_id = word.id)
            ORDER BY word.at DESC, word.id DESC LIMIT 1
        ),
        EXISTS (
            SELECT 1 FROM crm_consentdefault AS usual
            WHERE usual.purpose = $2 AND usual.channel = CASE $3 WHEN 'VISIT' THEN 'CALL' ELSE $3 END AND usual.allowed
        )
    ) AND ($2 = 'SERVICE' OR NOT EXISTS (SELECT 1 FROM crm_customer AS person WHERE person.id = $1 AND person.data_refused))
$$;
