using System.Text;
using Flyball.Metrics.Model;
using Flyball.Metrics.RemoteWrite;

namespace Flyball.Metrics.RemoteRead;

/// <summary>A <c>prometheus.ReadRequest</c>.</summary>
/// <param name="Queries">What is asked for.</param>
/// <param name="AcceptsSamples">Whether the client takes an answer of samples.</param>
internal sealed record ReadRequest(IReadOnlyList<ReadQuery> Queries, bool AcceptsSamples)
{
    private const ulong SamplesResponse = 0;

    /// <summary>Null and a reason when the message is malformed.</summary>
    public static ReadRequest? TryDecode(ReadOnlySpan<byte> message, out string problem)
    {
        problem = "";
        var queries = new List<ReadQuery>();
        var types = new List<ulong>();
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1)
            {
                if (TryDecodeQuery(fields.Sized(), out problem) is not { } query) return null;
                queries.Add(query);
            }
            else if (fields.Field == 2)
            {
                ReadTypes(ref fields, types);
            }
            else
            {
                fields.Skip();
            }
        }

        if (!fields.IsFailed) return new ReadRequest(queries, types.Count == 0 || types.Contains(SamplesResponse));
        problem = "the body is no remote-read request";
        return null;
    }

    private static void ReadTypes(ref ProtoReader fields, List<ulong> types)
    {
        if (fields.WireType == 0)
        {
            types.Add(fields.VarUInt());
            return;
        }

        var packed = new ProtoReader(fields.Sized());
        while (!packed.IsAtEnd) types.Add(packed.VarUInt());
    }

    private static ReadQuery? TryDecodeQuery(ReadOnlySpan<byte> message, out string problem)
    {
        problem = "";
        long minMs = 0;
        long maxMs = 0;
        var matchers = new List<LabelMatcher>();
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1 && fields.WireType == 0) minMs = (long)fields.VarUInt();
            else if (fields.Field == 2 && fields.WireType == 0) maxMs = (long)fields.VarUInt();
            else if (fields.Field == 3)
            {
                if (TryDecodeMatcher(fields.Sized(), out problem) is not { } matcher) return null;
                matchers.Add(matcher);
            }
            else
            {
                fields.Skip();
            }
        }

        if (!fields.IsFailed) return new ReadQuery(minMs, maxMs, matchers);
        problem = "a query of the request is malformed";
        return null;
    }

    private static LabelMatcher? TryDecodeMatcher(ReadOnlySpan<byte> message, out string problem)
    {
        problem = "";
        ulong kind = 0;
        string name = "";
        string value = "";
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1 && fields.WireType == 0) kind = fields.VarUInt();
            else if (fields.Field == 2) name = Encoding.UTF8.GetString(fields.Sized());
            else if (fields.Field == 3) value = Encoding.UTF8.GetString(fields.Sized());
            else fields.Skip();
        }

        if (fields.IsFailed || name.Length == 0 || kind > 3)
        {
            problem = "a matcher of the request is malformed";
            return null;
        }

        MatchKind match = kind switch
        {
            0 => MatchKind.Equal,
            1 => MatchKind.NotEqual,
            2 => MatchKind.Matches,
            _ => MatchKind.DoesNotMatch,
        };
        LabelMatcher? matcher = LabelMatcher.TryCreate(match, name, value, out string? error);
        problem = matcher is null ? $"the matcher of {name}: {error}" : "";
        return matcher;
    }
}
