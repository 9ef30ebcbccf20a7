namespace Flyball.Contracts.Yaml;

/// <summary>A YAML value and where it stands; lines and columns count from 1.</summary>
public abstract record YamlNode(int Line, int Column);
