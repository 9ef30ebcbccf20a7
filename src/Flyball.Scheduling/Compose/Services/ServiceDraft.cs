using Flyball.Contracts.Autoscaling;
using Flyball.Contracts.Scheduling;
using Flyball.Scheduling.Compose.Routes;
using Flyball.Scheduling.Compose.Values;

namespace Flyball.Scheduling.Compose.Services;

/// <summary>A service as far as it can be compiled on its own, before services are joined.</summary>
internal sealed record ServiceDraft(
    string Name,
    Field Field,
    Workload Workload,
    IReadOnlyList<RouteDraft> Routes,
    ComposeBuild? Build,
    ScalePolicy? Scaling,
    ComposeApi? Api);
