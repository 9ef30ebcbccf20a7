using System.Globalization;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Routing.Actions;

namespace Flyball.Gateway.Explaining;

/// <summary>A route's policies in words.</summary>
internal static class RoutePolicyWords
{
    public static IReadOnlyList<RouteTestPolicy> Of(RouteEntry route)
    {
        List<RouteTestPolicy> all = [];
        void Add(string name, string? value)
        {
            if (value is { Length: > 0 }) all.Add(new RouteTestPolicy(name, value));
        }

        foreach (IRouteGuard guard in route.Guards) Add("guard", guard.Name);
        if (route.Action is not ForwardAction action) return all;
        Route spec = route.Route;
        Add("balance", Balance(spec.Balance));
        Add("protocol", spec.Protocol == "http" ? null : spec.Protocol);
        Add("timeout", Seconds(spec.Timeout));
        Add("try timeout", spec.TryTimeout is { } limit ? Seconds(limit) : null);
        TimeSpan wait = route.Upstream.InstanceWait(spec);
        Add("wait", wait > TimeSpan.Zero ? Seconds(wait) + " while there is no instance" : null);
        Add("retries", Text($"{spec.Retries}, idempotent requests without an answer"));
        Add("limits", Limits(spec.Limits));
        Add("max body", spec.BodyBytesMax is { } bytes ? Text($"{bytes} bytes") : null);
        Add("host", action.Host);
        Add("request headers", Changes(spec.Rewrite?.Request));
        Add("answer headers", Changes(spec.Rewrite?.Answer));
        Add("mirror", spec.Mirror is { } mirror ? Text($"{mirror.Percent:0.##}% to {mirror.Service}") : null);
        Add("fault", Fault(spec.Fault));
        return all;
    }

    /// <summary>Why the event loops do not serve it; null when they do.</summary>
    public static string? WhyOther(RouteQuestion question, RouteEntry route)
    {
        if (question.Verdict == HeadVerdict.Foreign) return "the request's form is not for the fast path";
        if (route.IsHttp2) return "the service speaks HTTP/2";
        if (route.Guards.FirstOrDefault(guard => !guard.LoopsDo) is { } guard) return $"its {guard.Name}";
        if (!route.LoopsServe) return "the route changes, mirrors, keeps sessions or makes faults";
        ReadOnlySpan<byte> target = question.Bytes.AsSpan(question.Head.TargetStart, question.Head.TargetLength);
        return Eligibility.IsForLoops(route, target)
            ? null
            : "a name to resolve, or a prefix that is spelled otherwise";
    }

    private static string Balance(RouteBalance? balance)
    {
        if (balance is null) return "two choices";
        string text = balance.Kind switch
        {
            RouteBalanceKind.RoundRobin => "round robin",
            RouteBalanceKind.LeastRequest => "least request",
            RouteBalanceKind.Latency => "latency",
            RouteBalanceKind.Hash => "hash of " + balance.HashOf,
            _ => "two choices",
        };
        if (balance.SlowStart is { } slow) text += ", slow start " + Seconds(slow);
        return balance.StickyCookie is { } cookie ? text + ", sticky by the cookie " + cookie : text;
    }

    private static string? Limits(RouteLimits? limits)
    {
        if (limits is null) return null;
        List<string> parts = [];
        if (limits.Connections is { } connections) parts.Add(Text($"{connections} at one instance"));
        if (limits.Requests is { } requests) parts.Add(Text($"{requests} at once"));
        if (limits.Pending is { } pending) parts.Add(Text($"{pending} may wait"));
        if (limits.Adaptive) parts.Add("adaptive");
        return string.Join(", ", parts);
    }

    private static string? Changes(HeaderChanges? changes) => changes is null ? null : string.Join(", ",
        (changes.Remove ?? []).Select(name => "-" + name)
        .Concat((changes.Set ?? []).Select(header => $"{header.Name}={header.Value}"))
        .Concat((changes.Add ?? []).Select(header => $"+{header.Name}={header.Value}")));

    private static string? Fault(RouteFault? fault)
    {
        if (fault is null) return null;
        List<string> parts = [];
        if (fault.Delay is { } delay) parts.Add(Text($"{fault.DelayPercent:0.##}% delayed by {Seconds(delay)}"));
        if (fault.Abort is { } status) parts.Add(Text($"{fault.AbortPercent:0.##}% answered {status}"));
        return string.Join(", ", parts);
    }

    private static string Seconds(TimeSpan span) => Text($"{span.TotalSeconds:0.###} s");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
