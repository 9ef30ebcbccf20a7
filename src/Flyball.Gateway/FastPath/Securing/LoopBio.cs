using System.Runtime.InteropServices;

namespace Flyball.Gateway.FastPath.Securing;

/// <summary>
/// What stands between OpenSSL and the sockets of a loop (a BIO of our own). It receives straight into OpenSSL's
/// buffer and, unlike its own socket BIO, knows when the kernel has nothing more, which saves a call a request. What
/// OpenSSL writes is collected and leaves in one call; nothing it has encrypted is ever refused, so that it is never
/// left with half a record. One session has the turn at a time.
/// </summary>
internal sealed unsafe class LoopBio : IDisposable
{
    /// <summary>
    /// Room for what one call encrypts: 64 KiB of data and the records' own bytes, or a chain of certificates. A
    /// longer flight of a handshake leaves in parts.
    /// </summary>
    public const int OutBytesMax = 128 * 1024;

    /// <summary>Data that one call encrypts at most.</summary>
    public const int WriteBytesMax = 64 * 1024;

    /// <summary>Data of one record.</summary>
    public const int RecordBytesMax = 16 * 1024;

    private static readonly nint Method = MakeMethod();

    private readonly State* state;

    public LoopBio()
    {
        state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
        state->Out = (byte*)NativeMemory.Alloc(OutBytesMax);
    }

    /// <summary>Whose turn it is, and what is known of the socket.</summary>
    private struct State
    {
        public byte* Out;
        public int OutLength;
        public int Descriptor;
        public bool KernelHolds;
        public bool PeerDone;
        public bool HasEnded;
        public bool IsBroken;
        public bool SendsAtOnce;
    }

    /// <summary>Sessions that live on this loop.</summary>
    public int Sessions { get; set; }

    public bool KernelHolds => state->KernelHolds;

    /// <summary>The connection has ended, without a word of TLS about it.</summary>
    public bool HasEnded => state->HasEnded;

    public bool IsBroken => state->IsBroken;

    /// <summary>What was encrypted and has not left.</summary>
    public ReadOnlySpan<byte> Out => new(state->Out, state->OutLength);

    public byte* OutPointer => state->Out;

    public void Begin(int descriptor, bool kernelHolds, bool peerDone)
    {
        state->Descriptor = descriptor;
        state->KernelHolds = kernelHolds;
        state->PeerDone = peerDone;
        state->HasEnded = state->IsBroken = state->SendsAtOnce = false;
        state->OutLength = 0;
    }

    /// <summary>What is written next is one record, and nothing waits before it.</summary>
    public void SendAtOnce() => state->SendsAtOnce = true;

    public void ClearOut() => state->OutLength = 0;

    /// <summary>A BIO for one session; 0 when there is no memory.</summary>
    public nint Make()
    {
        nint bio = OpenSsl.BIO_new(Method);
        if (bio == 0) return 0;
        OpenSsl.BIO_set_data(bio, (nint)state);
        OpenSsl.BIO_set_init(bio, 1);
        return bio;
    }

    public void Dispose()
    {
        NativeMemory.Free(state->Out);
        NativeMemory.Free(state);
    }

    private static nint MakeMethod()
    {
        const int SourceSink = 0x400;
        nint method;
        fixed (byte* name = "flyball loop\0"u8)
            method = OpenSsl.BIO_meth_new(OpenSsl.BIO_get_new_index() | SourceSink, name);
        _ = OpenSsl.BIO_meth_set_read_ex(method, &Read);
        _ = OpenSsl.BIO_meth_set_write_ex(method, &Write);
        _ = OpenSsl.BIO_meth_set_ctrl(method, &Control);
        return method;
    }

    [UnmanagedCallersOnly]
    private static int Read(nint bio, byte* to, nint most, nint* got)
    {
        var state = (State*)OpenSsl.BIO_get_data(bio);
        OpenSsl.BIO_clear_flags(bio, OpenSsl.BioFlags);
        *got = 0;
        if (state->KernelHolds)
        {
            int length = (int)Math.Min(most, int.MaxValue);
            int result = Posix.Receive(state->Descriptor, to, length);
            if (result > 0)
            {
                // All there was has been read: what comes later, the end included, is told as a change.
                if (result < length && !state->PeerDone) state->KernelHolds = false;
                *got = result;
                return 1;
            }

            if (result is not (-Posix.Again or -Posix.Interrupted))
            {
                if (result == 0) state->HasEnded = true;
                else state->IsBroken = true;
                return 0;
            }

            state->KernelHolds = result == -Posix.Interrupted;
        }

        OpenSsl.BIO_set_flags(bio, OpenSsl.BioReads | OpenSsl.BioRetries);
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int Write(nint bio, byte* from, nint length, nint* taken)
    {
        var state = (State*)OpenSsl.BIO_get_data(bio);
        OpenSsl.BIO_clear_flags(bio, OpenSsl.BioFlags);
        *taken = 0;
        if (length > OutBytesMax - state->OutLength)
        {
            OpenSsl.BIO_set_flags(bio, OpenSsl.BioWrites | OpenSsl.BioRetries);
            return 0;
        }

        int sent = state->SendsAtOnce ? Posix.Send(state->Descriptor, from, (int)length) : 0;
        state->SendsAtOnce = false;
        if (sent < 0)
        {
            if (sent is not (-Posix.Again or -Posix.Interrupted)) state->IsBroken = true;
            sent = 0;
        }

        int rest = (int)length - sent;
        if (rest > 0)
        {
            Buffer.MemoryCopy(from + sent, state->Out + state->OutLength, rest, rest);
            state->OutLength += rest;
        }

        *taken = length;
        return 1;
    }

    [UnmanagedCallersOnly]
    private static nint Control(nint bio, int command, nint number, nint pointer) =>
        command == OpenSsl.BioFlush ? 1 : 0;
}
