-- The guards as they must not be: they read, compare in peace, and then write whatever happened
-- meanwhile. For the twin of the great races only, on a database of its own.

create or replace function write_counters(application bigint, counters jsonb) returns void
language plpgsql as $$
declare
    spent record;
    had numeric;
begin
    for spent in
        select * from jsonb_to_recordset(counters)
            as k(c bigint, a text, e text, s text, p text, n numeric, l numeric)
    loop
        select amount into had from counter
            where application_id = application and campaign_id = spent.c and action = spent.a
                and entities = spent.e and subject = spent.s and period = spent.p;
        if coalesce(had, 0) + spent.n > spent.l then
            perform lost('limit');
        end if;
        insert into counter (application_id, campaign_id, action, entities, subject, period, amount)
            values (application, spent.c, spent.a, spent.e, spent.s, spent.p, spent.n)
            on conflict (application_id, campaign_id, action, entities, subject, period) do update
                set amount = counter.amount + excluded.amount;
    end loop;
end
$$;

create or replace function write_coupons(application bigint, profile_key text, coupons jsonb)
returns void language plpgsql as $$
declare
    used record;
    had bigint;
    most bigint;
begin
    for used in select * from jsonb_to_recordset(coupons) as k(id bigint, t bigint, d numeric)
    loop
        select usage_counter, usage_limit into had, most from coupon
            where application_id = application and id = used.id;
        if most > 0 and had + used.t > most then
            perform lost('coupon');
        end if;
        update coupon set usage_counter = usage_counter + used.t,
                discount_counter = discount_counter + used.d
            where application_id = application and id = used.id;
        insert into coupon_redemption (application_id, coupon_id, profile_integration_id, times)
            values (application, used.id, profile_key, used.t)
            on conflict (application_id, coupon_id, profile_integration_id) do update
                set times = coupon_redemption.times + used.t;
    end loop;
end
$$;
