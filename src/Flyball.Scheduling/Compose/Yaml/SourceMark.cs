namespace Flyball.Scheduling.Compose.Yaml;

/// <summary>Where something stands in a file; line and column count from 1, 0 is the file as a whole.</summary>
internal readonly record struct SourceMark(SourceFile File, int Line, int Column);
