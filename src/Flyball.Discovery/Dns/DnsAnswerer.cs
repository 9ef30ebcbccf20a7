using System.Net;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Dns;

/// <summary>Answers questions from the index: no socket, no clock. Only passing instances are told.</summary>
internal sealed class DnsAnswerer(CatalogueIndex index, DiscoveryOptions options)
{
    /// <summary>By UDP no more than this, whatever the client takes.</summary>
    public const int UdpBytesMax = 8_192;

    private readonly string domain = options.DnsDomain.ToLowerInvariant();
    private readonly string datacenter = options.Datacenter.ToLowerInvariant();
    private readonly uint ttl = (uint)options.DnsTtl.TotalSeconds;

    /// <summary>Writes the answer; its length, or 0 for none.</summary>
    /// <param name="message">The question.</param>
    /// <param name="answer">At least 512 bytes; all of it may be used.</param>
    /// <param name="isUdp">The client's size counts.</param>
    /// <param name="start">Where among several answers to begin: clients take the first.</param>
    /// <param name="code">How it was answered.</param>
    public int Answer(
        ReadOnlySpan<byte> message, Span<byte> answer, bool isUdp, uint start, out DnsCode code)
    {
        code = DnsCode.NoError;
        if (!DnsQuery.TryRead(message, out DnsQuery query)) return 0;
        int limit = isUdp ? Math.Min(answer.Length, Math.Min(query.PayloadBytesMax, UdpBytesMax)) : answer.Length;
        var writer = new DnsWriter(answer[..limit]) { Reserved = query.HasEdns ? DnsWriter.EdnsBytes : 0 };
        writer.Begin(query);
        var reply = new DnsReply { Code = query.Code };
        if (query.Code == DnsCode.NoError) Resolve(query, ref writer, ref reply, start);
        if (reply.Code is DnsCode.Refused or DnsCode.FormatError or DnsCode.NotImplemented) writer.ClearAuthority();
        writer.SetCode(reply.Code);
        writer.Reserved = 0;
        if (query.HasEdns)
        {
            writer.Edns(UdpBytesMax, reply.Code);
            reply.Additionals++;
        }

        writer.SetCounts(reply.Answers, reply.Authorities, reply.Additionals);
        if (reply.IsTruncated) writer.SetTruncated();
        code = reply.Code;
        return writer.Length;
    }

    private void Resolve(in DnsQuery query, ref DnsWriter writer, ref DnsReply reply, uint start)
    {
        Span<char> buffer = stackalloc char[DnsQuery.NameBytesMax];
        int length = query.ReadName(buffer);
        ReadOnlySpan<char> name = length < 0 ? default : buffer[..length];
        if (length < 0 || !DnsNames.TryStrip(name, domain, out ReadOnlySpan<char> rest))
        {
            Reverse(query, name, ref writer, ref reply);
            return;
        }

        bool exists = DnsNames.Read(rest, datacenter, out ReadOnlySpan<char> inner) switch
        {
            DnsSubject.Domain => Domain(query.Type, ref writer, ref reply),
            DnsSubject.NameServer =>
                Addresses(query.Type, NodeView.BytesOf(options.NodeAddress), ref writer, ref reply),
            DnsSubject.Service => Service(query.Type, inner, ref writer, ref reply, start),
            DnsSubject.Node => Node(query.Type, inner, ref writer, ref reply),
            DnsSubject.Address => Address(query.Type, inner, ref writer, ref reply),
            _ => false,
        };
        if (!exists) reply.Code = DnsCode.NameError;
        if (reply.Answers > 0 || reply.IsTruncated) return;
        if (writer.TryAuthority(domain, (uint)index.AnyIndex, ttl)) reply.Authorities++;
    }

    /// <summary>Reverse names of what is known here; everything else outside the domain is not this server's.</summary>
    private void Reverse(in DnsQuery query, scoped ReadOnlySpan<char> name, ref DnsWriter writer, ref DnsReply reply)
    {
        if (DnsNames.TryReadReverse(name) is not { } address)
        {
            reply.Code = DnsCode.Refused;
            return;
        }

        string? target = ReverseName(address);
        if (target is null) reply.Code = DnsCode.NameError;
        else if (query.Type is DnsType.PTR or DnsType.ANY && writer.TryName(DnsType.PTR, target, ttl)) reply.Answers++;
    }

    private string? ReverseName(IPAddress address)
    {
        string text = address.ToString();
        if (index.Nodes.FindByAddress(text) is { } node) return $"{node.View.Name}.node.{datacenter}.{domain}";
        return index.ServiceAt(text) is { } service ? $"{service}.service.{datacenter}.{domain}" : null;
    }

    private bool Domain(DnsType type, ref DnsWriter writer, ref DnsReply reply)
    {
        if (type is DnsType.SOA or DnsType.ANY
            && writer.TryAuthority(domain, (uint)index.AnyIndex, ttl)) reply.Answers++;
        if (type is DnsType.NS or DnsType.ANY && writer.TryName(DnsType.NS, $"ns.{domain}", ttl)) reply.Answers++;
        return true;
    }

    private bool Node(DnsType type, scoped ReadOnlySpan<char> inner, ref DnsWriter writer, ref DnsReply reply)
    {
        if (index.Nodes.Find(inner.ToString()) is not { } node) return false;
        NodeView view = node.View;
        return view.Bytes.Length > 0
            ? Addresses(type, view.Bytes, ref writer, ref reply)
            : Alias(type, view.Address, ref writer, ref reply);
    }

    private bool Address(DnsType type, scoped ReadOnlySpan<char> inner, ref DnsWriter writer, ref DnsReply reply)
    {
        Span<byte> address = stackalloc byte[16];
        return DnsNames.TryReadAddress(inner, address, out int bytes)
            && Addresses(type, address[..bytes], ref writer, ref reply);
    }

    private bool Addresses(
        DnsType type, scoped ReadOnlySpan<byte> address, ref DnsWriter writer, ref DnsReply reply)
    {
        if (DnsServiceAnswer.IsOf(type, address) && writer.TryAddress(address, ttl)) reply.Answers++;
        return true;
    }

    private bool Alias(DnsType type, string host, ref DnsWriter writer, ref DnsReply reply)
    {
        if (host.Length == 0) return false;
        if (type is DnsType.A or DnsType.AAAA or DnsType.CNAME or DnsType.ANY
            && writer.TryName(DnsType.CNAME, DnsNames.HostOf(host), ttl))
            reply.Answers++;
        return true;
    }

    private bool Service(
        DnsType type, scoped ReadOnlySpan<char> inner, ref DnsWriter writer, ref DnsReply reply, uint start)
    {
        if (Find(inner, out ReadOnlySpan<char> tag) is not { } entry) return false;
        ServiceInstance[] instances = entry.Instances;
        var answer = new DnsServiceAnswer(ttl, datacenter, domain);
        bool any = false;
        for (int i = 0; i < instances.Length; i++)
        {
            ServiceInstance instance = instances[(int)((start + (uint)i) % (uint)instances.Length)];
            if (instance.Status != CheckStatus.Passing || (!tag.IsEmpty && !HasTag(instance, tag))) continue;
            any = true;
            if (!answer.Add(type, instance, ref writer, ref reply)) break;
        }

        answer.AddAddresses(ref writer, ref reply);
        return any;
    }

    /// <summary>By the whole name first: names of workloads have dots. Then the first label is a tag.</summary>
    private ServiceEntry? Find(ReadOnlySpan<char> inner, out ReadOnlySpan<char> tag)
    {
        if (DnsNames.IsRfc2782(inner, out ReadOnlySpan<char> name, out tag)) return index.Find(name);
        if (index.Find(inner) is { Instances.Length: > 0 } whole) return whole;
        int dot = inner.IndexOf('.');
        if (dot < 0) return null;
        tag = inner[..dot];
        return index.Find(inner[(dot + 1)..]);
    }

    private static bool HasTag(ServiceInstance instance, ReadOnlySpan<char> tag)
    {
        for (int i = 0; i < instance.Tags.Count; i++)
            if (tag.Equals(instance.Tags[i], StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
