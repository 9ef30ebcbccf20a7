using Flyball.Contracts.Gateway;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary><c>x-route</c>: one route, or a list of them.</summary>
internal static class RouteSection
{
    private const int HostLengthMax = 253;

    public static IReadOnlyList<Route> Read(ServiceScope scope, PortList ports)
    {
        Field all = scope.Field["x-route"];
        List<Field> routes = [.. all.ItemsOrOne()];
        if (routes.Count > ComposeLimits.RoutesMax) all.Error($"a service may have {ComposeLimits.RoutesMax} routes");
        return [.. routes.Take(ComposeLimits.RoutesMax).Select(field => Read(scope, field, ports)).OfType<Route>()];
    }

    private static Route? Read(ServiceScope scope, Field field, PortList ports)
    {
        if (field.IsScalar)
        {
            field.Error("a route is a mapping", "x-route: { host: shop.localhost }");
            return null;
        }
        string? host = Host(field["host"]);
        string path = PathPrefix(field["path"]);
        if (host is null && !field["host"].Exists && !field["path"].Exists)
            field.Error("a route needs a host or a path", "path: / takes every request");
        var defaults = new Route { Service = "" };
        return new Route
        {
            Host = host,
            PathPrefix = path,
            StripPrefix = field["strip_prefix"].Flag() ?? false,
            Service = WorkloadName.Of(scope.Project, scope.Name),
            Port = ports.Resolve(field["port"].Exists ? field["port"] : field, field["port"].Word(), scope.IsProcess),
            Protocol = field["protocol"].OneOf("http", "h2c") ?? defaults.Protocol,
            Timeout = Timeout(field["timeout"]) ?? defaults.Timeout,
            Retries = field["retries"].Int(0, 10) ?? defaults.Retries,
            BodyBytesMax = field["max_body"].Bytes(),
            Project = scope.Project,
        };
    }

    private static string? Host(Field field)
    {
        if (field.Word() is not { } written) return null;
        string host = written.ToLowerInvariant().TrimEnd('.');
        string rest = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        bool good = host.Length <= HostLengthMax && rest.Split('.').All(IsLabel);
        if (!good)
            field.Error($"'{written}' is no host name", "shop.example.com or *.example.com, without scheme and port");
        return good ? host : null;
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= ComposeLimits.NameLengthMax && label[0] != '-' && label[^1] != '-' &&
        label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static string PathPrefix(Field field)
    {
        if (field.Word() is not { } path) return "/";
        if (path.StartsWith('/') && !path.AsSpan().ContainsAny("?#* ")) return path == "/" ? path : path.TrimEnd('/');
        field.Error($"'{path}' is no path prefix", "for example /api");
        return "/";
    }

    private static TimeSpan? Timeout(Field field)
    {
        TimeSpan? timeout = field.Duration();
        if (timeout == TimeSpan.Zero) field.Error("must be longer than 0");
        return timeout;
    }
}
