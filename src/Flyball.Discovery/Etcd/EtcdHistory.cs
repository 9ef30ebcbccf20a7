using Flyball.Discovery.Indexing;
using Flyball.Discovery.Upsync;

namespace Flyball.Discovery.Etcd;

/// <summary>
/// The newest changes of keys, stored ones and those that stand for instances, so that a watch which comes back finds
/// what it missed. Who asks for older ones is told to read anew.
/// </summary>
internal sealed class EtcdHistory(DiscoveryOptions options)
{
    /// <summary>etcd keeps 1,000; here services of everybody share it.</summary>
    private const int EventsMax = 16_384;

    /// <summary>Of keys and values, as .NET keeps them: two bytes a character.</summary>
    private const long BytesMax = 64L * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Queue<EtcdEvent> events = new();
    private long bytes;
    private long forgotten;

    /// <summary>Nothing from before is known.</summary>
    public void Begin(long floor)
    {
        lock (gate) forgotten = Math.Max(forgotten, floor);
    }

    /// <summary>An instance came, changed or went.</summary>
    public void Changed(ServiceInstance? before, ServiceInstance? after, long index)
    {
        if (options.EtcdKeys is null) return;
        EtcdEvent? old = Event(before, index);
        EtcdEvent? now = Event(after, index);
        lock (gate)
        {
            if (old is not null && now is not null && old.Key == now.Key)
            {
                if (old.After!.Text != now.After!.Text || ReferenceEquals(before, after))
                    Add(now with { Before = old.After });
                return;
            }

            if (old is not null) Add(old with { Before = old.After, After = null });
            if (now is not null) Add(now);
        }
    }

    /// <summary>A stored key came, changed or went.</summary>
    public void Changed(string key, EtcdValue? before, EtcdValue? after, long index)
    {
        if (options.EtcdKeys is null) return;
        lock (gate) Add(new EtcdEvent(key, index, before, after));
    }

    /// <summary>The first change from an index on of a key, or below it.</summary>
    /// <param name="key">Without slashes at its ends; empty for every key.</param>
    /// <param name="isRecursive">Also what is below the key.</param>
    /// <param name="from">No earlier than this.</param>
    /// <param name="isForgotten">Such a change may have been, and is no longer known.</param>
    public EtcdEvent? Find(string key, bool isRecursive, long from, out bool isForgotten)
    {
        lock (gate)
        {
            isForgotten = from <= forgotten;
            if (isForgotten) return null;
            foreach (EtcdEvent one in events)
            {
                if (one.Index >= from && (one.Key == key || (isRecursive && IsBelow(one.Key, key)))) return one;
            }

            return null;
        }
    }

    private static bool IsBelow(string key, string parent) => parent.Length == 0
        || (key.Length > parent.Length && key[parent.Length] == '/'
            && key.StartsWith(parent, StringComparison.Ordinal));

    private static EtcdEvent? Event(ServiceInstance? instance, long index)
    {
        if (instance is null || UpsyncPeer.Of(instance) is not { } peer) return null;
        return new EtcdEvent(
            $"{UpsyncProjection.Root}{instance.Service}/{peer.Address}", index, null,
            new EtcdValue(peer.ToJson(), instance.CreateIndex, instance.ModifyIndex));
    }

    private void Add(EtcdEvent one)
    {
        events.Enqueue(one);
        bytes += BytesOf(one);
        // Whoever was woken for the newest still finds it.
        while (events.Count > EventsMax || (bytes > BytesMax && events.Count > 1))
        {
            EtcdEvent oldest = events.Dequeue();
            bytes -= BytesOf(oldest);
            forgotten = Math.Max(forgotten, oldest.Index);
        }
    }

    private static long BytesOf(EtcdEvent one) => sizeof(char)
        * ((long)one.Key.Length + (one.Before?.Text.Length ?? 0) + (one.After?.Text.Length ?? 0));
}
