namespace Flyball.Metrics.Yaml;

/// <summary>A sequence.</summary>
internal sealed record YamlList(int Line, int Column, IReadOnlyList<YamlNode> Items) : YamlNode(Line, Column);
