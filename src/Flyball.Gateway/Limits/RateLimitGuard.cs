using System.Text;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Routing.Conditions;
using Flyball.Gateway.Security.Addresses;

namespace Flyball.Gateway.Limits;

/// <summary>
/// One rate limit of a route. The answer tells how much of it is left: of several limits that of the nearest.
/// </summary>
internal sealed class RateLimitGuard : IRouteGuard
{
    private readonly LimitTable table;
    private readonly RateLimitKey by;
    private readonly FieldName? header;
    private readonly LimitRate rate;
    private readonly byte[] limit;
    private readonly string requests;

    /// <param name="route">The route's name.</param>
    /// <param name="index">The limit's place in the route.</param>
    /// <param name="wanted">The limit.</param>
    /// <param name="table">Where is counted.</param>
    public RateLimitGuard(string route, int index, RouteRateLimit wanted, LimitTable table)
    {
        this.table = table;
        by = wanted.By;
        header = wanted is { By: RateLimitKey.Header, Header: { } name } ? new FieldName(name) : null;
        rate = LimitRate.Of(wanted);
        // A limit that changes is another limit, and begins anew on every gateway.
        limit = Encoding.UTF8.GetBytes($"{route}\0{index}\0{by}\0{rate.IntervalNs}\0{rate.Burst}\0");
        requests = LimitHeaders.Number(wanted.Requests);
    }

    public string Name => "rate-limit";

    public bool LoopsDo => true;

    /// <summary>It counts those who have proven themselves, and is asked after they have.</summary>
    public bool IsOfConsumers => by is RateLimitKey.Consumer or RateLimitKey.Key;

    public GuardRefusal? Check<TFacts>(in TFacts facts, Passage passage)
        where TFacts : IRequestFacts, allows ref struct
    {
        Span<byte> room = stackalloc byte[IRequestFacts.ValueBytesMax];
        ReadOnlySpan<byte> key = Key(facts, passage, room);
        LimitVerdict verdict = table.Take(limit, key, rate);
        if (verdict.Passes)
        {
            Tell(passage, verdict);
            return null;
        }

        long wait = Math.Max(1, LimitHeaders.Seconds(verdict.RetryAfter));
        passage.Limits = null;
        return new GuardRefusal(Refusal.RateLimit, $"Try again in {wait} s.")
        {
            Headers = [new("Retry-After", LimitHeaders.Number(wait)), .. LimitHeaders.Of(requests, verdict)],
        };
    }

    private void Tell(Passage passage, in LimitVerdict verdict)
    {
        if (passage.Limits is { } nearest && !LimitHeaders.IsNearer(verdict, nearest.Verdict)) return;
        passage.Limits = (requests, verdict);
    }

    private ReadOnlySpan<byte> Key<TFacts>(in TFacts facts, Passage passage, Span<byte> room)
        where TFacts : IRequestFacts, allows ref struct
    {
        switch (by)
        {
            case RateLimitKey.Route:
                return default;
            case RateLimitKey.Header:
                return room[..Math.Max(0, facts.CopyHeader(header!, room))];
            case RateLimitKey.Consumer when passage.Identity is { } identity:
                return identity.Subject;
            case RateLimitKey.Key when passage.Identity is { } identity:
                return identity.Key;
            default:
                "a:"u8.CopyTo(room);
                return passage.Client is { } client
                    ? room[..(2 + AddressExtent.WriteClient(client, room[2..]))]
                    : room[..2];
        }
    }
}
