using System.Text.Json;

namespace Flyball.Apis.Reading;

/// <summary>Reads JSON into nodes that know their place. Duplicate keys are faults.</summary>
internal ref struct JsonTree
{
    private readonly ReadOnlySpan<byte> bytes;
    private Utf8JsonReader reader;
    private int counted;
    private int line;
    private int lineStart;
    private int nodes;

    private JsonTree(ReadOnlySpan<byte> bytes)
    {
        this.bytes = bytes;
        reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = ReadLimits.DepthMax });
        line = 1;
    }

    /// <exception cref="FaultException">It is no JSON, or beyond a limit.</exception>
    public static DocNode Read(ReadOnlySpan<byte> bytes)
    {
        var tree = new JsonTree(bytes);
        try
        {
            tree.reader.Read();
            DocNode root = tree.ReadValue(JsonPointer.Root);
            tree.reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            throw new FaultException(new ApiFault(
                "", (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1,
                $"this is not valid JSON: {Plainly(e.Message)}"));
        }
        catch (InvalidOperationException)
        {
            // The reader finds letters that are no UTF-8, and halves of surrogate pairs, when they are taken out.
            throw new FaultException(tree.Fault(JsonPointer.Root, "a text is not valid UTF-8"));
        }
    }

    private DocNode ReadValue(JsonPointer pointer)
    {
        if (++nodes > ReadLimits.NodesMax)
            throw new FaultException(Fault(pointer, $"the document has more than {ReadLimits.NodesMax} values"));
        (int atLine, int atColumn) = Place();
        return reader.TokenType switch
        {
            JsonTokenType.StartObject => ReadMap(pointer, atLine, atColumn),
            JsonTokenType.StartArray => ReadList(pointer, atLine, atColumn),
            JsonTokenType.String => new ScalarNode(atLine, atColumn, ScalarKind.Text, reader.GetString()!),
            JsonTokenType.Number => new ScalarNode(
                atLine, atColumn, ScalarKind.Number, System.Text.Encoding.ASCII.GetString(reader.ValueSpan)),
            JsonTokenType.True => new ScalarNode(atLine, atColumn, ScalarKind.Truth, "true"),
            JsonTokenType.False => new ScalarNode(atLine, atColumn, ScalarKind.Truth, "false"),
            _ => new ScalarNode(atLine, atColumn, ScalarKind.Null, "null"),
        };
    }

    private MapNode ReadMap(JsonPointer pointer, int atLine, int atColumn)
    {
        var entries = new List<KeyValuePair<string, DocNode>>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string key = reader.GetString()!;
            JsonPointer at = pointer.Join(key);
            if (at.Length > ReadLimits.PointerLengthMax) throw new FaultException(Fault(pointer, ReadLimits.TooFar));
            if (!seen.Add(key)) throw new FaultException(Fault(at, "the key is there twice"));
            reader.Read();
            entries.Add(new(key, ReadValue(at)));
        }

        return new MapNode(atLine, atColumn, entries);
    }

    private ListNode ReadList(JsonPointer pointer, int atLine, int atColumn)
    {
        var items = new List<DocNode>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            items.Add(ReadValue(pointer.Join(items.Count)));
        return new ListNode(atLine, atColumn, items);
    }

    private ApiFault Fault(JsonPointer pointer, string message)
    {
        (int atLine, int atColumn) = Place();
        return new ApiFault(pointer.ToString(), atLine, atColumn, message);
    }

    private (int Line, int Column) Place()
    {
        int at = (int)reader.TokenStartIndex;
        while (counted < at)
        {
            int next = bytes[counted..at].IndexOf((byte)'\n');
            if (next < 0)
            {
                counted = at;
                break;
            }

            counted += next + 1;
            line++;
            lineStart = counted;
        }

        return (line, at - lineStart + 1);
    }

    /// <summary>Without the position, which is told beside it.</summary>
    private static string Plainly(string message)
    {
        int end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? message : message[..end]).TrimEnd('.');
    }
}
