using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Authentication;

namespace Flyball.Gateway.FastPath.Securing;

/// <summary>Where a handshake is.</summary>
internal enum HandshakeState
{
    GoesOn,
    Done,
    Failed,
}

/// <summary>
/// One connection's TLS: an <c>SSL</c> that is freed when the connection ends. After a failure nothing more is asked of
/// it. The caller has given it its turn at the loop's BIO.
/// </summary>
internal sealed unsafe class TlsSession : IDisposable
{
    private readonly LoopBio bio;
    private nint session;
    private bool hasFailed;

    private TlsSession(LoopBio bio, nint session)
    {
        this.bio = bio;
        this.session = session;
        bio.Sessions++;
    }

    /// <summary>Bytes that were received wait inside, perhaps not yet a whole record.</summary>
    public bool HoldsInput => !hasFailed && OpenSsl.SSL_has_pending(session) != 0;

    public bool IsResumed => OpenSsl.SSL_session_reused(session) != 0;

    /// <summary>No other versions are spoken.</summary>
#pragma warning disable CA5397 // The library's number of a version is taken for one of .NET's.
    public SslProtocols Protocol =>
        OpenSsl.SSL_version(session) == OpenSsl.Tls13 ? SslProtocols.Tls13 : SslProtocols.Tls12;
#pragma warning restore CA5397

    public TlsCipherSuite? Cipher => OpenSsl.SSL_get_current_cipher(session) is var cipher and not 0
        ? (TlsCipherSuite)OpenSsl.SSL_CIPHER_get_protocol_id(cipher)
        : null;

    /// <summary>Null when there is no memory for it.</summary>
    public static TlsSession? Begin(SslContextHandle context, LoopBio bio)
    {
        nint session = OpenSsl.SSL_new(context);
        if (session == 0) return null;
        nint own = bio.Make();
        if (own == 0)
        {
            OpenSsl.SSL_free(session);
            return null;
        }

        OpenSsl.SSL_set_bio(session, own, own);
        OpenSsl.SSL_set_accept_state(session);
        return new TlsSession(bio, session);
    }

    public HandshakeState Handshake()
    {
        if (hasFailed) return HandshakeState.Failed;
        OpenSsl.ERR_clear_error();
        int result = OpenSsl.SSL_do_handshake(session);
        if (result == 1) return HandshakeState.Done;
        if (OpenSsl.SSL_get_error(session, result) is OpenSsl.WantsRead or OpenSsl.WantsWrite)
            return HandshakeState.GoesOn;
        hasFailed = true;
        return HandshakeState.Failed;
    }

    /// <summary>
    /// Data, at most a record's: the number of bytes, 0 for nothing now, <see cref="LoopSocket.Ended"/> or
    /// <see cref="LoopSocket.Broken"/>.
    /// </summary>
    public int Read(byte* to, int most)
    {
        if (hasFailed) return LoopSocket.Broken;
        OpenSsl.ERR_clear_error();
        int result = OpenSsl.SSL_read(session, to, most);
        if (result > 0) return result;
        switch (OpenSsl.SSL_get_error(session, result))
        {
            case OpenSsl.WantsRead:
                return 0;
            case OpenSsl.PeerEnded:
                return LoopSocket.Ended;
            default:
                hasFailed = true;
                return bio.HasEnded ? LoopSocket.Ended : LoopSocket.Broken;
        }
    }

    /// <summary>Encrypts all of it; false when that cannot be.</summary>
    public bool Write(byte* from, int length)
    {
        if (hasFailed) return false;
        OpenSsl.ERR_clear_error();
        if (OpenSsl.SSL_write(session, from, length) == length) return true;
        hasFailed = true;
        return false;
    }

    /// <summary>Tells the peer that nothing more comes (<c>close_notify</c>).</summary>
    public void EndSending()
    {
        if (hasFailed) return;
        OpenSsl.ERR_clear_error();
        if (OpenSsl.SSL_shutdown(session) < 0) hasFailed = true;
    }

    /// <summary>What the library says about the failure of its last call, for logs.</summary>
    public static string LastError() =>
        Marshal.PtrToStringUTF8(OpenSsl.ERR_reason_error_string(OpenSsl.ERR_peek_error())) ?? "the connection ended";

    public void Dispose()
    {
        if (session == 0) return;
        OpenSsl.SSL_free(session);
        session = 0;
        hasFailed = true;
        bio.Sessions--;
    }
}
