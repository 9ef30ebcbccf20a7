using Flyball.Contracts.Gateway;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Keys;
using Flyball.Scheduling.Compose.Routes.Security;
using Flyball.Scheduling.Compose.Services;
using Flyball.Scheduling.Compose.Values;
using Flyball.Scheduling.Compose.Yaml;

namespace Flyball.Scheduling.Compose.Routes;

/// <summary><c>x-route</c>: one route, or a list of them.</summary>
internal static class RouteSection
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromHours(1);

    public static IReadOnlyList<RouteDraft> Read(ServiceScope scope, PortList ports)
    {
        Field all = scope.Field[RouteKeys.Root];
        List<Field> routes = [.. all.ItemsOrOne()];
        if (routes.Count > ComposeLimits.RoutesMax) all.Error($"a service may have {ComposeLimits.RoutesMax} routes");
        return
        [
            .. routes.Take(ComposeLimits.RoutesMax).Select(field => Read(scope, field, ports)).OfType<RouteDraft>(),
        ];
    }

    private static RouteDraft? Read(ServiceScope scope, Field field, PortList ports)
    {
        if (field.Node is not MapNode)
        {
            field.Error("a route is a mapping", "x-route: { host: shop.localhost }");
            return null;
        }

        var defaults = new Route { Service = "" };
        string protocol = field["protocol"].OneOf("http", "h2c", "tcp") ?? defaults.Protocol;
        RouteRedirect? redirect = RedirectSection.Read(field["redirect"]);
        RouteAnswer? answer = AnswerSection.Read(field["answer"]);
        bool forwards = !field["redirect"].Exists && !field["answer"].Exists;
        bool hasTargets = field["services"].Exists;
        Route route = MatchSection.Read(field, new Route
        {
            Service = WorkloadName.Of(scope.Project, scope.Name),
            Port = forwards && !hasTargets ? Port(scope, field, ports) : null,
            Targets = TargetSection.Targets(scope, field["services"]),
            Protocol = protocol,
            StripPrefix = field["strip_prefix"].Flag() ?? false,
            Timeout = Timeout(field["timeout"]) ?? defaults.Timeout,
            TryTimeout = Timeout(field["try_timeout"]),
            Wait = Wait(field["wait"]),
            Retries = field["retries"].Int(0, 10) ?? defaults.Retries,
            BodyBytesMax = field["max_body"].Bytes(),
            Rewrite = RewriteSection.Read(field["rewrite"]),
            Redirect = redirect,
            Answer = answer,
            Balance = BalanceSection.Read(field["balance"]),
            Limits = LimitSection.Read(field["limits"]),
            Mirror = TargetSection.Mirror(scope, field["mirror"]),
            Fault = FaultSection.Read(field["fault"]),
            Tls = TlsSection.Read(scope, field["tls"]),
            Auth = AuthSection.Read(field["auth"]),
            RateLimits = RateLimitSection.Read(field["rate_limit"]),
            Cors = CorsSection.Read(field["cors"]),
            Addresses = AddressSection.Read(field),
            HeaderBytesMax = HeaderBytes(field["max_headers"]),
            Project = scope.Project,
        });
        RouteRules.Check(field, route);
        return new RouteDraft(route, field);
    }

    private static string? Port(ServiceScope scope, Field field, PortList ports) =>
        ports.Resolve(field["port"].Exists ? field["port"] : field, field["port"].Word(), scope.IsProcess);

    private static int? HeaderBytes(Field field)
    {
        const int Least = 256;
        if (field.Bytes() is not { } bytes) return null;
        if (bytes is < Least or > int.MaxValue) field.Error($"must be at least {Least} bytes");
        return (int)Math.Clamp(bytes, Least, int.MaxValue);
    }

    private static TimeSpan? Wait(Field field)
    {
        TimeSpan? wait = field.Duration();
        if (wait > WaitMax) field.Error("must be at most 1h");
        return wait;
    }

    private static TimeSpan? Timeout(Field field)
    {
        TimeSpan? timeout = field.Duration();
        if (timeout == TimeSpan.Zero) field.Error("must be longer than 0");
        return timeout;
    }
}
