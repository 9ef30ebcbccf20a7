namespace Flyball.Discovery.Etcd;

/// <summary>One change of one key; null where the key was, or is, not there.</summary>
internal sealed record EtcdEvent(string Key, long Index, EtcdValue? Before, EtcdValue? After);

/// <summary>A key's value with the indexes that made it and last changed it.</summary>
internal sealed record EtcdValue(string Text, long CreatedIndex, long ModifiedIndex);
