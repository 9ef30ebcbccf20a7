namespace Flyball.Scheduling.Compose.Projects;

/// <summary>A network or volume of the manifest by the name that the node knows it by.</summary>
internal sealed record NamedObject(string Key, string FullName, bool External);
