using Flyball.Base.Resources;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Routing.Actions;
using Flyball.Gateway.Telemetry;

namespace Flyball.Gateway.Explaining;

/// <summary>
/// Says what a request would meet, by a routing table of its own with the matcher, the conditions and the balancers of
/// the gateways. What only a gateway knows is not in it: passive health, requests in flight.
/// </summary>
internal sealed class RouteTester
{
    private readonly Lock gate = new();
    private readonly RoutingTable table;

    public RouteTester(TimeProvider time)
    {
        // The seed is fixed: a question has one answer.
        var policies = new UpstreamPolicies(
            time, new RandomSequence(1), new RetryBudgetOptions(), new OutlierPolicy(new OutlierOptions(), time),
            false);
        table = new RoutingTable(policies, new RouteLabelSet(0));
    }

    public RouteTestView Test(ResourceSnapshot snapshot, RouteQuestion question)
    {
        lock (gate)
        {
            if (table.Applied != snapshot.Revision) table.Reset(snapshot);
            return Test(question);
        }
    }

    private RouteTestView Test(RouteQuestion question)
    {
        if (question.Verdict == HeadVerdict.Refused) return Refused(question, question.Head.Fault!);
        var facts = new HeadFacts(question.Bytes, question.Head, null);
        RouteEntry? route = table.Matcher.Match(question.Host, question.Path, facts);
        IReadOnlyList<RouteConsidered> considered = RouteReasons.Of(table.Routes, route, question);
        if (route is null)
        {
            string none = FailureWords.NoRoute(table, question.Host, question.Path);
            return View(question, "no-route", none, considered, null);
        }

        if (PathAliases.PassBy(table.Matcher, question.Host, question.Path, facts, route))
            return Refused(question, HeadFault.Path);

        RouteTestView view = route.Action switch
        {
            RedirectAction redirect => Redirected(question, route, redirect, considered),
            AnswerAction answer =>
                View(question, "answer", $"{route.Name} answers {answer.Status} by itself.", considered, route),
            _ => Forwarded(question, route, considered),
        };
        return view with { Policies = RoutePolicyWords.Of(route) };
    }

    private static RouteTestView Refused(RouteQuestion question, HeadFault fault) =>
        View(question, "refused", $"{fault.Refusal.Status} {fault.Refusal.Title}: {fault.Detail}", [], null);

    private static RouteTestView Redirected(
        RouteQuestion question, RouteEntry route, RedirectAction redirect, IReadOnlyList<RouteConsidered> considered)
    {
        string location = redirect.Location(question.Host, question.Target, isHttps: false);
        string summary = $"{route.Name} sends the client to {location} with {redirect.Status}.";
        return View(question, "redirect", summary, considered, route) with { Target = location };
    }

    private static RouteTestView Forwarded(
        RouteQuestion question, RouteEntry route, IReadOnlyList<RouteConsidered> considered)
    {
        var action = (ForwardAction)route.Action;
        double weight = Math.Max(1, route.Targets.All.Sum(target => (double)target.Weight));
        PickKey key = action.KeyOf(new HeadFacts(question.Bytes, question.Head, null));
        RouteTestTarget[] targets =
            [.. route.Targets.All.Select(target => Target(target, 100 * target.Weight / weight, key))];
        string names = string.Join(" or ", targets.Where(target => target.SharePercent > 0)
            .Select(target => target.Service));
        string summary = targets.All(target => target.Ready.Count == 0)
            ? $"{route.Name} leads to {names}, which has no instance that can answer now."
            : $"{route.Name} forwards it to {names}.";
        return View(question, "forward", summary, considered, route) with
        {
            Targets = targets,
            Target = action.Sent(question.Target, route.Prefix),
        };
    }

    private static RouteTestTarget Target(TargetEntry target, double share, PickKey key)
    {
        EndpointSet endpoints = target.Upstream.Endpoints;
        UpstreamEndpoint? chosen = null;
        bool isCertain = key.Hash is not null || key.Seat is not null || endpoints.Ready.Length == 1;
        if (isCertain && (chosen = target.Upstream.Picker.Pick(endpoints, new Pick([], key))) is not null)
            target.Upstream.Leave(chosen);
        return new RouteTestTarget(
            target.Upstream.Service, target.Upstream.Port, share,
            [.. endpoints.Ready.Select(endpoint => endpoint.Authority)], endpoints.Failing.Length,
            endpoints.All.Count(endpoint => endpoint.IsDraining), chosen?.Authority);
    }

    private static RouteTestView View(
        RouteQuestion question, string outcome, string summary, IReadOnlyList<RouteConsidered> considered,
        RouteEntry? route)
    {
        string? why = route is null ? null : RoutePolicyWords.WhyOther(question, route);
        return new RouteTestView
        {
            Method = question.Head.Method,
            Host = question.Host,
            Path = question.Path,
            Outcome = outcome,
            Summary = summary,
            Route = route?.Name,
            Considered = considered,
            ServedBy = route is null ? null : why is null ? "fast" : "other",
            WhyOther = why,
        };
    }
}
