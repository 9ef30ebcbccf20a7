namespace Flyball.Contracts.Yaml;

/// <summary>A sequence.</summary>
public sealed record YamlList(int Line, int Column, IReadOnlyList<YamlNode> Items) : YamlNode(Line, Column);
