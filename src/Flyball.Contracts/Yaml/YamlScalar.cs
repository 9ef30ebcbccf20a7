namespace Flyball.Contracts.Yaml;

/// <summary>A single value as it is written; it becomes a number or a flag only where one is asked for.</summary>
public sealed record YamlScalar(int Line, int Column, string Text, bool IsNull) : YamlNode(Line, Column);
