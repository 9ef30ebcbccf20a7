namespace Flyball.Gateway.FastPath.Heads;

/// <summary>What became of some bytes of a chunked body.</summary>
internal enum ChunkVerdict
{
    /// <summary>All bytes belong to the body, which goes on.</summary>
    More,

    /// <summary>The body has ended; what follows it was not touched.</summary>
    Done,

    Malformed,
}

/// <summary>What is passed on of a chunked body.</summary>
internal enum ChunkOutput
{
    /// <summary>Chunks and trailers; chunk extensions, which concern one connection only, are left out.</summary>
    ChunksAndTrailers,

    /// <summary>Chunks alone.</summary>
    Chunks,

    /// <summary>The data alone, for HTTP/1.0.</summary>
    Data,
}

/// <summary>
/// Checks a chunked body (RFC 9112 §7.1) byte for byte as it passes and leaves out, in place, what is not passed on.
/// Sizes are at most 15 hexadecimal digits, every line ends with CR LF, and a trailer that would change how a message
/// is framed or routed is malformed: after this there is one way only to read the body.
/// </summary>
internal struct ChunkedBody(ChunkOutput output)
{
    private const int SizeDigitsMax = 15;
    private const int ExtensionBytesMax = 1024;
    private const int TrailerBytesMax = 8 * 1024;
    private const int NameBytesMax = 64;

    private enum State
    {
        SizeFirst,
        Size,
        Extension,
        SizeEnd,
        Data,
        DataReturn,
        DataEnd,
        TrailerFirst,
        TrailerName,
        TrailerValue,
        TrailerEnd,
        LastEnd,
        Done,
    }

    private State state;
    private long left;
    private int digits;
    private int lineBytes;
    private int nameLength;
    private NameBytes name;

    /// <summary>Bytes of data so far, without the framing.</summary>
    public long DataBytes { get; private set; }

    /// <param name="bytes">What has come; its first <paramref name="produced"/> bytes are to be passed on.</param>
    /// <param name="consumed">Bytes that belong to the body.</param>
    /// <param name="produced">Bytes to pass on, never more than were consumed.</param>
    public ChunkVerdict Process(Span<byte> bytes, out int consumed, out int produced)
    {
        int from = 0;
        int to = 0;
        bool wellFormed = true;
        while (from < bytes.Length && state != State.Done && wellFormed)
        {
            if (state == State.Data)
            {
                int length = (int)Math.Min(left, bytes.Length - from);
                if (from != to) bytes.Slice(from, length).CopyTo(bytes[to..]);
                from += length;
                to += length;
                left -= length;
                DataBytes += length;
                if (left == 0) state = State.DataReturn;
                continue;
            }

            byte next = bytes[from++];
            wellFormed = Step(next, out bool passes);
            if (passes) bytes[to++] = next;
        }

        consumed = from;
        produced = to;
        if (!wellFormed) return ChunkVerdict.Malformed;
        return state == State.Done ? ChunkVerdict.Done : ChunkVerdict.More;
    }

    private readonly bool PassesChunks => output != ChunkOutput.Data;

    private readonly bool PassesTrailers => output == ChunkOutput.ChunksAndTrailers;

    private bool Step(byte next, out bool passes)
    {
        passes = PassesChunks;
        switch (state)
        {
            case State.SizeFirst:
            case State.Size:
                return Size(next, ref passes);
            case State.Extension:
                passes = passes && next == '\r';
                if (next == '\r') state = State.SizeEnd;
                else if (++lineBytes > ExtensionBytesMax || !IsText(next)) return false;
                return true;
            case State.SizeEnd:
                state = left > 0 ? State.Data : State.TrailerFirst;
                lineBytes = 0;
                return next == '\n';
            case State.DataReturn:
                state = State.DataEnd;
                return next == '\r';
            case State.DataEnd:
                state = State.SizeFirst;
                return next == '\n';
            case State.LastEnd:
                state = State.Done;
                return next == '\n';
            default:
                return Trailer(next, ref passes);
        }
    }

    private bool Size(byte next, ref bool passes)
    {
        int digit = Digit(next);
        if (digit >= 0)
        {
            if (state == State.SizeFirst) (left, digits) = (0, 0);
            state = State.Size;
            left = (left << 4) | (uint)digit;
            return ++digits <= SizeDigitsMax;
        }

        if (state == State.SizeFirst) return false;
        lineBytes = 0;
        if (next == '\r')
        {
            state = State.SizeEnd;
            return true;
        }

        state = State.Extension;
        passes = false;
        return next == ';';
    }

    private bool Trailer(byte next, ref bool passes)
    {
        if (++lineBytes > TrailerBytesMax) return false;
        switch (state)
        {
            case State.TrailerFirst when next == '\r':
                state = State.LastEnd;
                return true;
            case State.TrailerFirst:
                nameLength = 0;
                state = State.TrailerName;
                return Name(next, ref passes);
            case State.TrailerName:
                return Name(next, ref passes);
            case State.TrailerValue:
                passes = PassesTrailers;
                if (next == '\r') state = State.TrailerEnd;
                return next == '\r' || IsText(next);
            default:
                passes = PassesTrailers;
                state = State.TrailerFirst;
                return next == '\n';
        }
    }

    private bool Name(byte next, ref bool passes)
    {
        passes = PassesTrailers;
        if (next != ':')
        {
            if (nameLength == NameBytesMax) return false;
            name[nameLength++] = next;
            return HeadFields.TokenBytes.Contains(next);
        }

        state = State.TrailerValue;
        Span<byte> all = name;
        return nameLength > 0 && FieldNames.Find(all[..nameLength]) == FieldId.Other;
    }

    private static bool IsText(byte next) => next is >= 0x20 and not 0x7F or (byte)'\t';

    private static int Digit(byte next) => next switch
    {
        >= (byte)'0' and <= (byte)'9' => next - '0',
        >= (byte)'a' and <= (byte)'f' => next - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => next - 'A' + 10,
        _ => -1,
    };

    [System.Runtime.CompilerServices.InlineArray(NameBytesMax)]
    private struct NameBytes
    {
        private byte first;
    }
}
