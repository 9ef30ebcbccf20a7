namespace Flyball.Contracts.Yaml;

/// <summary>A mapping in the file's order; keys are unique.</summary>
public sealed record YamlMap(int Line, int Column, IReadOnlyList<YamlEntry> Entries) : YamlNode(Line, Column);
