namespace Flyball.Contracts.Yaml;

/// <summary>A key of a mapping, where it stands, and its value.</summary>
public sealed record YamlEntry(string Key, int Line, int Column, YamlNode Value);
