namespace Flyball.Scheduling.Compose.Yaml;

/// <summary>Compose's own YAML tags, which change how a value meets the same key of an earlier file.</summary>
internal enum MergeTag
{
    /// <summary>Merged by the key's rule.</summary>
    None,

    /// <summary><c>!reset</c>: the key is taken away.</summary>
    Reset,

    /// <summary><c>!override</c>: the earlier value is dropped, nothing is merged.</summary>
    Override,
}
