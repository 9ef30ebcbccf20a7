namespace Flyball.Scheduling.Workloads.Applying;

/// <summary>
/// An image to build: the caller packs and uploads <paramref name="Context"/>, a path of its own machine.
/// </summary>
internal sealed record InspectedBuild(
    string Service,
    string Context,
    string Dockerfile,
    string? DockerfileInline,
    string? Target,
    SortedDictionary<string, string> Args);
