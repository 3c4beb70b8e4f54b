-- THE read of the hot path. Each item names an Application, a session, perhaps a profile and codes, and the
-- budgets that its campaigns may ask for: those of `campaigns` and of the campaigns that own the codes. Missing names are taken from the stored session.

create function profile_json(p profile) returns json language sql stable as $$
    select json_build_object(
        'id', p.id, 'integrationId', p.integration_id, 'created', p.created,
        'attributes', p.attributes::json, 'closedSessions', p.closed_sessions, 'totalSales', p.total_sales,
        'lastActivity', p.last_activity, 'sessions', p.sessions, 'revision', p.revision)
$$;

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

create function referral_json(r referral, profile_key text, zone_account bigint, zone_sandbox boolean)
returns json language sql stable as $$
    select json_strip_nulls(json_build_object(
        'id', r.id, 'created', r.created, 'campaignId', r.campaign_id, 'code', r.code,
        'advocateProfileIntegrationId', r.advocate_profile_integration_id,
        'friendProfileIntegrationId', r.friend_profile_integration_id,
        'startDate', r.start_date, 'expiryDate', r.expiry_date,
        'usageLimit', r.usage_limit, 'usageCounter', r.usage_counter, 'attributes', r.attributes,
        'batchId', r.batch_id, 'importId', r.import_id,
        'referredCustomers', coalesce((select json_agg(f.friend_profile_integration_id order by f.created)
            from referral_friend f where f.application_id = r.application_id and f.referral_id = r.id), '[]'::json),
        'isReferredAlready', exists (select from referral_friend f where f.application_id = r.application_id
            and f.friend_profile_integration_id = profile_key),
        'advocateAudiences', coalesce((select json_agg(m.audience_id) from audience_member m
            where m.account_id = zone_account and m.sandbox = zone_sandbox
            and m.profile_integration_id = r.advocate_profile_integration_id), '[]'::json),
        'advocate', (select profile_json(p) from profile p where p.account_id = zone_account
            and p.sandbox = zone_sandbox and p.integration_id = r.advocate_profile_integration_id)))
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
    referral_code text;
    referrals json;
    audiences json;
    goods json;
    gifts json;
    replies json;
begin
    for wanted in
        select * from jsonb_to_recordset(items) as x(
            item int, application bigint, account bigint, sandbox boolean, session text, profile text,
            codes text[], "replyKey" text, "repliesSince" timestamptz, campaigns bigint[], actions text[], entities text[],
            subjects text[], periods text[], referral text, audiences boolean, catalog bigint, skus text[],
            pools bigint[], gifts int, instant timestamptz)
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
        referral_code := coalesce(wanted.referral, old.referral_code, '');
        referrals := null;
        if referral_code <> '' then
            select referral_json(r, profile_key, wanted.account, wanted.sandbox) into referrals from referral r
                where r.application_id = wanted.application and r.code = referral_code;
        end if;
        audiences := null;
        if wanted.audiences and profile_key <> '' then
            select json_agg(json_build_object('id', a.id, 'name', a.name) order by a.id) into audiences
                from audience_member m join audience a on a.id = m.audience_id
                where m.account_id = wanted.account and m.sandbox = wanted.sandbox
                and m.profile_integration_id = profile_key;
        end if;
        goods := null;
        if wanted.catalog is not null and cardinality(wanted.skus) > 0 then
            select json_agg(json_strip_nulls(json_build_object('id', i.id, 'sku', i.sku, 'price', i.price,
                    'productName', i.product_name, 'attributes', i.attributes)))
                into goods from catalog_item i where i.catalog_id = wanted.catalog and i.sku = any (wanted.skus);
        end if;
        gifts := null;
        if cardinality(wanted.pools) > 0 then
            select json_agg(json_build_object('id', g.id, 'poolId', g.pool_id, 'code', g.code)) into gifts
                from unnest(wanted.pools) as pool cross join lateral (
                    select l.id, l.pool_id, l.code from giveaway l where l.pool_id = pool
                        and l.awarded is null and (l.start_date is null or l.start_date <= wanted.instant)
                        and (l.end_date is null or l.end_date > wanted.instant)
                    order by l.id limit wanted.gifts) g;
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
            'profile', case when owner.id is not null then profile_json(owner) end,
            'referral', referrals,
            'audiences', coalesce(audiences, '[]'::json),
            'goods', coalesce(goods, '[]'::json),
            'gifts', coalesce(gifts, '[]'::json),
            'coupons', coalesce(coupons, '[]'::json),
            'counters', coalesce(counters, '[]'::json),
            'reply', replies)::text;
        return next;
    end loop;
end
$$;
