-- THE read of the hot path. Each item names an Application, a session, perhaps a profile and codes, and the
-- budgets that its campaigns may ask for: those of `campaigns` and of the campaigns that own the codes. Missing names are taken from the stored session.

create function coupon_json(c coupon, profile_key text) returns json language sql stable as $$
    select json_strip_nulls(json_build_object(
        'id', c.id, 'created', c.created, 'campaignId', c.campaign_id, 'value', c.value,
        'usageLimit', c.usage_limit, 'usageCounter', c.usage_counter,
        'discountLimit', c.discount_limit, 'discountCounter', c.discount_counter,
        'reservationLimit', c.reservation_limit, 'reservationCounter', c.reservation_counter,
        'startDate', c.start_date, 'expiryDate', c.expiry_date,
        'recipientIntegrationId', c.recipient_integration_id,
        'isReservationMandatory', c.is_reservation_mandatory,
        'implicitlyReserved', c.implicitly_reserved, 'reservation', c.reservation,
        'limits', c.limits, 'attributes', c.attributes, 'batchId', c.batch_id,
        'importId', c.import_id, 'referralId', c.referral_id,
        'isReserved', exists (select from coupon_reservation r where r.application_id = c.application_id
            and r.coupon_id = c.id and r.profile_integration_id = profile_key),
        'profileRedemptionCount', coalesce((select times from coupon_redemption r
            where r.application_id = c.application_id and r.coupon_id = c.id
            and r.profile_integration_id = profile_key), 0)))
$$;

create function read_situations(items jsonb) returns table (item int, facts text)
language plpgsql stable as $$
declare
    wanted record;
    old session%rowtype;
    owner profile%rowtype;
    profile_key text;
    codes text[];
    owners bigint[];
    coupons json;
    counters json;
    replies json;
begin
    for wanted in
        select * from jsonb_to_recordset(items) as x(
            item int, application bigint, account bigint, sandbox boolean, session text, profile text,
            codes text[], "replyKey" text, "repliesSince" timestamptz, campaigns bigint[], actions text[], entities text[],
            subjects text[], periods text[])
    loop
        old := null;
        if wanted.session is not null then
            select * into old from session
                where application_id = wanted.application and integration_id = wanted.session;
        end if;
        profile_key := coalesce(wanted.profile, old.profile_integration_id, '');
        codes := coalesce(wanted.codes, old.coupon_codes, '{}');
        owner := null;
        if profile_key <> '' then
            select * into owner from profile where account_id = wanted.account
                and sandbox = wanted.sandbox and integration_id = profile_key;
        end if;
        coupons := null;
        owners := '{}';
        if cardinality(codes) > 0 then
            select json_agg(coupon_json(c, profile_key)), coalesce(array_agg(distinct c.campaign_id), '{}')
                into coupons, owners from coupon c
                where c.application_id = wanted.application and c.value = any (codes);
        end if;
        counters := null;
        if cardinality(wanted.actions) > 0 and cardinality(wanted.campaigns || owners) > 0 then
            select json_agg(json_build_array(c.campaign_id, c.action, c.entities, c.subject, c.period, c.amount))
                into counters from counter c
                where c.application_id = wanted.application and c.campaign_id = any (wanted.campaigns || owners)
                    and c.action = any (wanted.actions) and c.entities = any (wanted.entities)
                    and c.subject = any (wanted.subjects) and c.period = any (wanted.periods);
        end if;
        replies := null;
        if wanted."replyKey" is not null then
            select json_build_object('fingerprint', fingerprint, 'status', status, 'body', body) into replies
                from reply where application_id = wanted.application and key = wanted."replyKey"
                and created > wanted."repliesSince";
        end if;
        item := wanted.item;
        facts := json_build_object(
            'rulebookVersion', (select rulebook_version from application where id = wanted.application),
            'session', case when old.id is not null then json_build_object(
                'id', old.id, 'revision', old.revision, 'state', old.state, 'created', old.created,
                'updated', old.updated, 'document', old.document::json, 'effects', old.effects::json) end,
            'profile', case when owner.id is not null then json_build_object(
                'id', owner.id, 'integrationId', owner.integration_id, 'created', owner.created,
                'attributes', owner.attributes::json, 'closedSessions', owner.closed_sessions,
                'totalSales', owner.total_sales, 'lastActivity', owner.last_activity,
                'sessions', owner.sessions, 'revision', owner.revision) end,
            'coupons', coalesce(coupons, '[]'::json),
            'counters', coalesce(counters, '[]'::json),
            'reply', replies)::text;
        return next;
    end loop;
end
$$;
