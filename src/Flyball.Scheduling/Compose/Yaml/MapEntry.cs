namespace Flyball.Scheduling.Compose.Yaml;

/// <summary>One key of a mapping, the key's own place, and its value.</summary>
internal sealed record MapEntry(string Key, SourceMark KeyMark, ComposeNode Value);
