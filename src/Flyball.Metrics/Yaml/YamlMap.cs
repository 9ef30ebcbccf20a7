namespace Flyball.Metrics.Yaml;

/// <summary>A mapping in the file's order; keys are unique.</summary>
internal sealed record YamlMap(int Line, int Column, IReadOnlyList<YamlEntry> Entries) : YamlNode(Line, Column);
