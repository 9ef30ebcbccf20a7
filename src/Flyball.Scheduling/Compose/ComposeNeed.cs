namespace Flyball.Scheduling.Compose;

/// <summary>
/// A file that the manifest names: its absolute path, what for, and whether the project fails without it.
/// </summary>
internal sealed record ComposeNeed(string Path, ComposeNeedKind Kind, bool Required);
