using System.Text.Json.Serialization;
using Flyball.Base.Resources;
using Flyball.Contracts.Gateway;
using Flyball.Gateway.Explaining;
using Flyball.Gateway.Routing.Conditions;

namespace Flyball.Gateway.Api;

/// <summary>A route as the API shows it.</summary>
internal sealed record RouteView(
    string Name, long Revision, string? Host, string PathPrefix, bool StripPrefix, string Service, string? Port,
    string Protocol, double TimeoutSeconds, int Retries, long? BodyBytesMax, string? Project)
{
    /// <summary>The whole record, with all that the other members leave out.</summary>
    public required Route Spec { get; init; }

    /// <summary>What it does with a request, in a few words.</summary>
    public required string Action { get; init; }

    /// <summary>What it asks of a request beside host and path, in a few words; empty for nothing.</summary>
    public required string Conditions { get; init; }

    public static RouteView Of(Resource<Route> route) => new(
        route.Key.Name, route.Revision.Value, route.Value.Host, route.Value.PathPrefix, route.Value.StripPrefix,
        route.Value.Service, route.Value.Port, route.Value.Protocol, route.Value.Timeout.TotalSeconds,
        route.Value.Retries,
        route.Value.BodyBytesMax, route.Value.Project)
    {
        Spec = route.Value,
        Action = RouteWords.Action(route.Value),
        Conditions = new RouteConditions(route.Value).ToString(),
    };
}

/// <summary>A gateway as the API shows it.</summary>
internal sealed record GatewayView(
    string Gateway, long Revision, bool Live, long AppliedRevision, IReadOnlyList<string> BusyEndpoints,
    DateTimeOffset Changed)
{
    public static GatewayView Of(Resource<GatewayStatus> status) => new(
        status.Key.Name, status.Revision.Value, status.Value.Live, status.Value.AppliedRevision,
        status.Value.BusyEndpoints,
        DateTimeOffset.FromUnixTimeMilliseconds(status.Value.ChangedUnixMs));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(RouteView[]))]
[JsonSerializable(typeof(GatewayView[]))]
[JsonSerializable(typeof(RouteTestView))]
internal sealed partial class GatewayJson : JsonSerializerContext;
