using System.Runtime.CompilerServices;
using Flyball.Discovery.Indexing;

namespace Flyball.Discovery.Dns;

/// <summary>The records of one service; remembers what was said, so that no address is said twice.</summary>
internal ref struct DnsServiceAnswer(uint ttl, string datacenter, string domain)
{
    private const ushort Priority = 1;

    /// <summary>Targets whose addresses are added to an answer.</summary>
    private const int AdditionalsMax = 64;

    private readonly uint ttl = ttl;
    private readonly string datacenter = datacenter;
    private readonly string domain = domain;
    private Targets targets;
    private int count;

    /// <summary>Whether records of this type are about this address.</summary>
    public static bool IsOf(DnsType type, ReadOnlySpan<byte> address) => type switch
    {
        DnsType.A => address.Length == 4,
        DnsType.AAAA => address.Length == 16,
        DnsType.ANY => address.Length > 0,
        _ => false,
    };

    /// <summary>Adds one instance; false when there is no more room, which the reply then says.</summary>
    public bool Add(DnsType type, ServiceInstance instance, ref DnsWriter writer, ref DnsReply reply)
    {
        byte[] address = instance.Bytes;
        ReadOnlySpan<char> host = address.Length == 0 ? DnsNames.HostOf(instance.ReachedAt) : default;
        // A host that is no name of DNS can be told to nobody: the others are.
        if (address.Length == 0 && !DnsWriter.IsName(host)) return true;
        bool fits = true;
        if (type is DnsType.SRV or DnsType.ANY) fits = AddService(instance, address, host, ref writer, ref reply);
        if (fits && type != DnsType.SRV && address.Length > 0 && IsOf(type, address) && !WasSaid(address))
        {
            fits = writer.TryAddress(address, ttl);
            if (fits) Said(address, 0, ref reply);
        }
        else if (fits && address.Length == 0 && type is DnsType.A or DnsType.AAAA or DnsType.CNAME
            && reply.Answers == 0)
        {
            // A name has one alias at most (RFC 1034): the first host that has no address.
            fits = writer.TryName(DnsType.CNAME, host, ttl);
            if (fits) reply.Answers++;
        }

        reply.IsTruncated |= !fits;
        return fits;
    }

    /// <summary>The addresses of the SRV records' targets, as far as they fit: who misses one asks for it.</summary>
    public readonly void AddAddresses(ref DnsWriter writer, ref DnsReply reply)
    {
        for (int i = 0; i < count; i++)
        {
            if (targets[i].At == 0) continue;
            if (!writer.TryAddress(targets[i].Address, ttl, targets[i].At)) return;
            reply.Additionals++;
        }
    }

    private bool AddService(
        ServiceInstance instance, byte[] address, ReadOnlySpan<char> host, ref DnsWriter writer, ref DnsReply reply)
    {
        if (instance.Port == 0) return true;
        Span<char> target = stackalloc char[DnsQuery.NameBytesMax];
        int length = TargetOf(address, host, target);
        if (!writer.TryService(
            Priority, (ushort)Math.Min(instance.WeightPassing, ushort.MaxValue), (ushort)instance.Port,
            target[..length], ttl, out int at))
            return false;
        if (address.Length > 0 && !WasSaid(address) && at < 0x4000) Said(address, at, ref reply);
        else reply.Answers++;
        return true;
    }

    private readonly int TargetOf(byte[] address, ReadOnlySpan<char> host, Span<char> target)
    {
        if (address.Length == 0)
        {
            host.CopyTo(target);
            return host.Length;
        }

        Convert.TryToHexStringLower(address, target, out int hex);
        return target[hex..].TryWrite($".addr.{datacenter}.{domain}", out int rest) ? hex + rest : 0;
    }

    private readonly bool WasSaid(byte[] address)
    {
        for (int i = 0; i < count; i++)
            if (targets[i].Address.AsSpan().SequenceEqual(address)) return true;
        return false;
    }

    private void Said(byte[] address, int at, ref DnsReply reply)
    {
        reply.Answers++;
        if (count < AdditionalsMax) targets[count++] = (address, at);
    }

    [InlineArray(AdditionalsMax)]
    private struct Targets
    {
        private (byte[] Address, int At) first;
    }
}
