namespace Flyball.Scheduling.Compose.Keys;

/// <summary>How a key's values of two files, or of a service and the one it extends, become one.</summary>
internal enum MergeRule
{
    /// <summary>Maps merge key by key, lists are appended, anything else is replaced.</summary>
    Default,

    /// <summary>The later value replaces the earlier one as a whole.</summary>
    Replace,

    /// <summary>A list of <c>KEY=value</c> is the same as a map.</summary>
    KeyValues,

    /// <summary>A list of <c>name=address</c> or <c>name:address</c> is the same as a map.</summary>
    Hosts,

    /// <summary>A list of names is the same as a map from them to nothing.</summary>
    Names,

    /// <summary>One value or a list; appended without repeating.</summary>
    Set,

    /// <summary>Appended; the same address, host port, container port and protocol is one entry.</summary>
    Ports,

    /// <summary>Appended; a later entry with the same path in the container replaces the earlier one.</summary>
    ByTarget,

    /// <summary>A string is a map with that <c>context</c>.</summary>
    Build,
}
