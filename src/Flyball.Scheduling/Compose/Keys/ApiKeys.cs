using Flyball.Scheduling.Compose.Services;
using static Flyball.Scheduling.Compose.Keys.KeyRule;

namespace Flyball.Scheduling.Compose.Keys;

/// <summary>The part of the key table below <c>x-api</c>.</summary>
internal static class ApiKeys
{
    /// <summary>Paths relative to <c>services.*</c>.</summary>
    public static IEnumerable<KeyRule> All =>
    [
        Supported(ApiSection.Root, "the service's OpenAPI document; see [apis.md](apis.md)"),
        Supported("x-api.openapi", "a file, read at apply"),
        Supported("x-api.path", "where healthy instances serve it; instead of openapi"),
        Supported("x-api.port", "default the first"),
    ];
}
