namespace Flyball.Scheduling.Compose.Yaml;

/// <summary>
/// A file that nodes come from: its name in messages and the absolute directory that relative paths in it start from
/// (the project directory for files given with <c>-f</c>, its own for a file named by <c>extends</c>).
/// </summary>
internal sealed record SourceFile(string Name, string BaseDirectory);
