-- THE write of the hot path. One item is one decision: all of it is written, or nothing. Limits are spent by
-- conditional statements whose row count is looked at; a lost race answers with its reason and writes nothing.
-- The lock order is fixed: reply, profile, session, counters, coupons, referral, audiences, giveaways. Callers send
-- lists sorted.

create function lost(reason text) returns void language plpgsql as $$
begin
    raise exception using errcode = 'LG409', message = reason;
end
$$;

create function write_profile(application bigint, p jsonb, instant timestamptz) returns void
language plpgsql as $$
begin
    if p is null then
        return;
    end if;
    if (p ->> 'isNew')::boolean then
        insert into profile (account_id, sandbox, integration_id, id, attributes, closed_sessions, total_sales,
                sessions, created, last_activity)
            values ((p ->> 'account')::bigint, (p ->> 'sandbox')::boolean, p ->> 'integrationId',
                (p ->> 'id')::bigint, p ->> 'attributes', (p ->> 'closed')::bigint, (p ->> 'sales')::numeric,
                (p ->> 'sessions')::bigint, instant, instant)
            on conflict do nothing;
    else
        update profile set
                attributes = coalesce(p ->> 'attributes', attributes),
                closed_sessions = closed_sessions + (p ->> 'closed')::bigint,
                total_sales = total_sales + (p ->> 'sales')::numeric,
                sessions = sessions + (p ->> 'sessions')::bigint,
                revision = revision + case when p ? 'attributes' then 1 else 0 end,
                last_activity = case when (p ->> 'active')::boolean
                    then greatest(last_activity, instant) else last_activity end
            where account_id = (p ->> 'account')::bigint and sandbox = (p ->> 'sandbox')::boolean
                and integration_id = p ->> 'integrationId'
                and (not p ? 'attributes' or revision = (p ->> 'revision')::bigint)
                and ((p ->> 'isFirst') is null or sessions = 0);
    end if;
    if not found then
        perform lost('profile');
    end if;
end
$$;

create function write_session(application bigint, s jsonb, document_text text, effects_text text,
    instant timestamptz) returns void language plpgsql as $$
begin
    if s is null then
        return;
    end if;
    if (s ->> 'revision')::bigint = 0 then
        insert into session (application_id, integration_id, id, profile_integration_id, state, revision,
                coupon_codes, referral_code, document, effects, created, updated)
            values (application, s ->> 'integrationId', (s ->> 'id')::bigint, s ->> 'profile', s ->> 'state', 1,
                array(select jsonb_array_elements_text(s -> 'codes')), s ->> 'referral',
                document_text, effects_text, instant, instant)
            on conflict do nothing;
    else
        update session set profile_integration_id = s ->> 'profile', state = s ->> 'state',
                revision = revision + 1, coupon_codes = array(select jsonb_array_elements_text(s -> 'codes')),
                referral_code = s ->> 'referral', document = document_text, effects = effects_text, updated = instant
            where application_id = application and integration_id = s ->> 'integrationId'
                and revision = (s ->> 'revision')::bigint;
    end if;
    if not found then
        perform lost('session');
    end if;
end
$$;

create function write_counters(application bigint, counters jsonb) returns void language plpgsql as $$
declare
    spent record;
begin
    for spent in
        select * from jsonb_to_recordset(counters)
            as k(c bigint, a text, e text, s text, p text, n numeric, l numeric)
    loop
        if spent.n > 0 then
            insert into counter (application_id, campaign_id, action, entities, subject, period, amount)
                select application, spent.c, spent.a, spent.e, spent.s, spent.p, spent.n where spent.n <= spent.l
                on conflict (application_id, campaign_id, action, entities, subject, period) do update
                    set amount = counter.amount + excluded.amount
                    where counter.amount + excluded.amount <= spent.l;
            if not found then
                perform lost('limit');
            end if;
        else
            update counter set amount = greatest(amount + spent.n, 0)
                where application_id = application and campaign_id = spent.c and action = spent.a
                and entities = spent.e and subject = spent.s and period = spent.p;
        end if;
    end loop;
end
$$;

create function write_coupons(application bigint, profile_key text, coupons jsonb) returns void
language plpgsql as $$
declare
    used record;
begin
    for used in select * from jsonb_to_recordset(coupons) as k(id bigint, t bigint, d numeric)
    loop
        update coupon set usage_counter = greatest(usage_counter + used.t, 0),
                discount_counter = greatest(discount_counter + used.d, 0)
            where application_id = application and id = used.id
                and (used.t <= 0 or usage_limit = 0 or usage_counter + used.t <= usage_limit)
                and (used.d <= 0 or discount_limit is null or discount_counter + used.d <= discount_limit);
        if not found and used.t > 0 then
            perform lost('coupon');
        end if;
        if found and profile_key <> '' and used.t <> 0 then
            insert into coupon_redemption (application_id, coupon_id, profile_integration_id, times)
                values (application, used.id, profile_key, greatest(used.t, 0))
                on conflict (application_id, coupon_id, profile_integration_id) do update
                    set times = greatest(coupon_redemption.times + used.t, 0);
        end if;
    end loop;
end
$$;

create function write_codes(application bigint, codes jsonb, instant timestamptz) returns void
language plpgsql as $$
declare
    made record;
begin
    for made in select * from jsonb_to_recordset(codes) as k(
        id bigint, campaign bigint, value text, "usageLimit" bigint, "discountLimit" numeric,
        "startDate" timestamptz, "expiryDate" timestamptz, recipient text, attributes jsonb)
    loop
        insert into coupon (application_id, id, campaign_id, value, usage_limit, discount_limit, start_date,
                expiry_date, recipient_integration_id, attributes, created)
            values (application, made.id, made.campaign, made.value, made."usageLimit", made."discountLimit",
                made."startDate", made."expiryDate", made.recipient, made.attributes, instant)
            on conflict do nothing;
        if not found then
            perform lost('code');
        end if;
    end loop;
end
$$;

create function write_reservations(application bigint, made jsonb, instant timestamptz) returns void
language plpgsql as $$
declare
    wish record;
begin
    for wish in select * from jsonb_to_recordset(made) as k(coupon bigint, profile text)
    loop
        update coupon set reservation_counter = reservation_counter + 1
            where application_id = application and id = wish.coupon
                and (coalesce(reservation_limit, 0) = 0 or reservation_counter < reservation_limit);
        if not found then
            perform lost('reservation');
        end if;
        insert into coupon_reservation (application_id, coupon_id, profile_integration_id, created)
            values (application, wish.coupon, wish.profile, instant) on conflict do nothing;
        if not found then
            perform lost('reservation');
        end if;
    end loop;
end
$$;

-- A referral is redeemed once by a friend, and a customer is a friend once. Sent: id, t (1 or -1), friend.
create function write_referral(application bigint, used jsonb, instant timestamptz) returns void
language plpgsql as $$
declare
    times bigint := (used ->> 't')::bigint;
begin
    update referral set usage_counter = greatest(usage_counter + times, 0)
        where application_id = application and id = (used ->> 'id')::bigint
            and (times <= 0 or usage_limit = 0 or usage_counter + times <= usage_limit);
    if not found then
        if times > 0 then
            perform lost('referral');
        end if;
        return;
    end if;
    if times > 0 then
        insert into referral_friend (application_id, friend_profile_integration_id, referral_id, created)
            values (application, used ->> 'friend', (used ->> 'id')::bigint, instant) on conflict do nothing;
        if not found then
            perform lost('referral');
        end if;
    else
        delete from referral_friend where application_id = application
            and friend_profile_integration_id = used ->> 'friend' and referral_id = (used ->> 'id')::bigint;
    end if;
end
$$;

create function write_referral_codes(application bigint, codes jsonb, instant timestamptz) returns void
language plpgsql as $$
declare
    made record;
begin
    for made in select * from jsonb_to_recordset(codes) as k(
        id bigint, campaign bigint, code text, advocate text, friend text, "usageLimit" bigint,
        "startDate" timestamptz, "expiryDate" timestamptz, attributes jsonb)
    loop
        insert into referral (application_id, id, campaign_id, code, advocate_profile_integration_id,
                friend_profile_integration_id, usage_limit, start_date, expiry_date, attributes, created)
            values (application, made.id, made.campaign, made.code, made.advocate, made.friend,
                made."usageLimit", made."startDate", made."expiryDate", made.attributes, instant)
            on conflict do nothing;
        if not found then
            perform lost('code');
        end if;
    end loop;
end
$$;

-- Sent: audience, profile, adds. The end is what counts: who is in already, or out already, stays so.
create function write_audiences(account bigint, zone boolean, changes jsonb, instant timestamptz) returns void
language plpgsql as $$
declare
    change record;
begin
    for change in select * from jsonb_to_recordset(changes) as k(audience bigint, profile text, adds boolean)
    loop
        if change.adds then
            insert into audience_member (account_id, sandbox, profile_integration_id, audience_id, created)
                values (account, zone, change.profile, change.audience, instant) on conflict do nothing;
        else
            delete from audience_member where account_id = account and sandbox = zone
                and profile_integration_id = change.profile and audience_id = change.audience;
        end if;
        update audience set last_update = instant where id = change.audience;
    end loop;
end
$$;

-- A code leaves its pool once.
create function write_giveaways(gifts jsonb, session_id bigint, instant timestamptz) returns void
language plpgsql as $$
declare
    gift record;
begin
    for gift in select * from jsonb_to_recordset(gifts) as k(pool bigint, id bigint, profile text)
    loop
        update giveaway set profile_integration_id = gift.profile, awarded = instant, awarded_in = session_id
            where pool_id = gift.pool and id = gift.id and awarded is null;
        if not found then
            perform lost('giveaway');
        end if;
    end loop;
end
$$;

create function write_outbox(application bigint, account bigint, told jsonb, profile_key text, instant timestamptz)
returns void language sql as $$
    insert into outbox (account_id, application_id, kind, subject_id, profile_integration_id, payload, created)
        select account, application, k.kind, k.subject, profile_key, k.payload::text, instant
        from jsonb_to_recordset(told) as k(kind text, subject bigint, payload jsonb)
$$;

create function write_outcomes(items jsonb, documents text[], effects text[], events text[], replies text[])
returns table (item int, lost_to text) language plpgsql as $$
declare
    made record;
begin
    for made in
        select * from jsonb_to_recordset(items) as x(
            item int, application bigint, version bigint, instant timestamptz, profile jsonb, "profileKey" text,
            session jsonb, counters jsonb, coupons jsonb, codes jsonb, reservations jsonb, attributes jsonb,
            event jsonb, account bigint, sandbox boolean, referral jsonb, "referralCodes" jsonb, audiences jsonb,
            giveaways jsonb, told jsonb, "replyKey" text, "repliesSince" timestamptz, fingerprint text, status smallint)
    loop
        item := made.item;
        lost_to := null;
        begin
            if made."replyKey" is not null then
                insert into reply (application_id, key, fingerprint, status, body, created)
                    values (made.application, made."replyKey", made.fingerprint, made.status,
                        replies[made.item + 1], made.instant)
                    on conflict (application_id, key) do update
                        set fingerprint = excluded.fingerprint, status = excluded.status,
                            body = excluded.body, created = excluded.created
                        where reply.created <= made."repliesSince";
                if not found then
                    perform lost('reply');
                end if;
            end if;
            if made.version is not null then
                perform from application where id = made.application and rulebook_version = made.version;
                if not found then
                    perform lost('rulebook');
                end if;
            end if;
            perform write_profile(made.application, made.profile, made.instant);
            perform write_session(made.application, made.session, documents[made.item + 1],
                effects[made.item + 1], made.instant);
            if made.counters is not null then
                perform write_counters(made.application, made.counters);
            end if;
            if made.reservations is not null or made.attributes is not null then
                -- These come to coupons in an order of their own, so all are locked in ours before.
                perform from coupon where application_id = made.application and id in (
                        select coalesce(k -> 'id', k -> 'coupon')::bigint from jsonb_array_elements(
                            coalesce(made.coupons, '[]') || coalesce(made.reservations, '[]')
                            || coalesce(made.attributes, '[]')) as k)
                    order by id for update;
            end if;
            if made.coupons is not null then
                perform write_coupons(made.application, made."profileKey", made.coupons);
            end if;
            if made.codes is not null then
                perform write_codes(made.application, made.codes, made.instant);
            end if;
            if made.reservations is not null then
                perform write_reservations(made.application, made.reservations, made.instant);
            end if;
            if made.attributes is not null then
                update coupon set attributes = coupon.attributes || k.attributes
                    from jsonb_to_recordset(made.attributes) as k(id bigint, attributes jsonb)
                    where coupon.application_id = made.application and coupon.id = k.id;
            end if;
            if made.referral is not null then
                perform write_referral(made.application, made.referral, made.instant);
            end if;
            if made."referralCodes" is not null then
                perform write_referral_codes(made.application, made."referralCodes", made.instant);
            end if;
            if made.audiences is not null then
                perform write_audiences(made.account, made.sandbox, made.audiences, made.instant);
            end if;
            if made.giveaways is not null then
                perform write_giveaways(made.giveaways, (made.session ->> 'id')::bigint, made.instant);
            end if;
            if made.told is not null then
                perform write_outbox(made.application, made.account, made.told, made."profileKey", made.instant);
            end if;
            if made.event is not null then
                insert into event (application_id, id, type, profile_integration_id, session_integration_id,
                        integration_id, document, created)
                    values (made.application, (made.event ->> 'id')::bigint, made.event ->> 'type',
                        made."profileKey", made.event ->> 'session', made.event ->> 'integrationId',
                        events[made.item + 1], made.instant)
                    on conflict do nothing;
                if not found then
                    perform lost('event');
                end if;
            end if;
        exception
            when sqlstate 'LG409' then
                lost_to := sqlerrm;
            when deadlock_detected then
                lost_to := 'lock';
        end;
        return next;
    end loop;
end
$$;
