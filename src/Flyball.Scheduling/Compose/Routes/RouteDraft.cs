using Flyball.Contracts.Gateway;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Routes;

/// <summary>
/// A route as far as its own service tells; ports of other services are as they are written until services are joined.
/// </summary>
internal sealed record RouteDraft(Route Route, Field Field);
