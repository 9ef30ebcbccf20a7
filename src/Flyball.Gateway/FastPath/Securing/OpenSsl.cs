using System.Runtime.InteropServices;

namespace Flyball.Gateway.FastPath.Securing;

/// <summary>
/// The functions of OpenSSL 3 that the loops call, under its names. What computes signatures or encrypts takes its time
/// and tells the runtime so; what only looks at a field does not.
/// </summary>
internal static unsafe class OpenSsl
{
    public const int WantsRead = 2;
    public const int WantsWrite = 3;
    public const int PeerEnded = 6;

    public const int Tls12 = 0x0303;
    public const int Tls13 = 0x0304;

    public const int SetMode = 33;
    public const int SetReadAhead = 41;
    public const int SetSessionCacheMode = 44;
    public const int AddChainCertificate = 89;
    public const int SetLowestVersion = 123;
    public const int SetHighestVersion = 124;

    /// <summary>Frees the 34 KiB of buffers of a connection that has nothing under way.</summary>
    public const int ModeReleaseBuffers = 0x10;

    public const ulong NoCompression = 1ul << 17;
    public const ulong ServerPreference = 1ul << 22;
    public const ulong NoRenegotiation = 1ul << 30;

    public const int BioReads = 1;
    public const int BioWrites = 2;
    public const int BioRetries = 8;
    public const int BioFlags = 15;
    public const int BioFlush = 11;

    [DllImport(OpenSslLibrary.Name)]
    public static extern ulong OpenSSL_version_num();

    [DllImport(OpenSslLibrary.Name)]
    public static extern nint TLS_server_method();

    [DllImport(OpenSslLibrary.Name)]
    public static extern SslContextHandle SSL_CTX_new(nint method);

    [DllImport(OpenSslLibrary.Name)]
    public static extern void SSL_CTX_free(nint context);

    [DllImport(OpenSslLibrary.Name)]
    public static extern nint SSL_CTX_ctrl(SslContextHandle context, int command, nint number, nint pointer);

    [DllImport(OpenSslLibrary.Name)]
    public static extern ulong SSL_CTX_set_options(SslContextHandle context, ulong options);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int SSL_CTX_set_cipher_list(SslContextHandle context, byte* names);

    [DllImport(OpenSslLibrary.Name)]
    public static extern nint SSL_CTX_get_ciphers(SslContextHandle context);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int OPENSSL_sk_num(nint stack);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int SSL_CTX_set_session_id_context(SslContextHandle context, byte* id, uint length);

    [DllImport(OpenSslLibrary.Name)]
    public static extern void SSL_CTX_set_alpn_select_cb(
        SslContextHandle context, delegate* unmanaged<nint, byte**, byte*, byte*, uint, nint, int> choose, nint with);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int SSL_CTX_use_certificate_ASN1(SslContextHandle context, int length, byte* der);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int SSL_CTX_use_PrivateKey(SslContextHandle context, nint key);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int SSL_CTX_check_private_key(SslContextHandle context);

    [DllImport(OpenSslLibrary.Name)]
    public static extern nint d2i_X509(nint into, byte** der, nint length);

    [DllImport(OpenSslLibrary.Name)]
    public static extern void X509_free(nint certificate);

    [DllImport(OpenSslLibrary.Name)]
    public static extern nint d2i_AutoPrivateKey(nint into, byte** der, nint length);

    [DllImport(OpenSslLibrary.Name)]
    public static extern void EVP_PKEY_free(nint key);

    [DllImport(OpenSslLibrary.Name)]
    public static extern nint SSL_new(SslContextHandle context);

    [DllImport(OpenSslLibrary.Name)]
    public static extern void SSL_free(nint session);

    [DllImport(OpenSslLibrary.Name)]
    public static extern void SSL_set_accept_state(nint session);

    /// <summary>The session owns the BIO from here on.</summary>
    [DllImport(OpenSslLibrary.Name)]
    public static extern void SSL_set_bio(nint session, nint reads, nint writes);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int SSL_do_handshake(nint session);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int SSL_read(nint session, byte* to, int most);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int SSL_write(nint session, byte* from, int length);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int SSL_shutdown(nint session);

    [DllImport(OpenSslLibrary.Name)]
    [SuppressGCTransition]
    public static extern int SSL_get_error(nint session, int result);

    [DllImport(OpenSslLibrary.Name)]
    [SuppressGCTransition]
    public static extern int SSL_has_pending(nint session);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int SSL_session_reused(nint session);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int SSL_version(nint session);

    [DllImport(OpenSslLibrary.Name)]
    public static extern nint SSL_get_current_cipher(nint session);

    [DllImport(OpenSslLibrary.Name)]
    public static extern ushort SSL_CIPHER_get_protocol_id(nint cipher);

    [DllImport(OpenSslLibrary.Name)]
    public static extern void ERR_clear_error();

    [DllImport(OpenSslLibrary.Name)]
    public static extern nuint ERR_peek_error();

    [DllImport(OpenSslLibrary.Name)]
    public static extern nint ERR_reason_error_string(nuint error);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int BIO_get_new_index();

    [DllImport(OpenSslLibrary.Name)]
    public static extern nint BIO_meth_new(int type, byte* name);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int BIO_meth_set_read_ex(
        nint method, delegate* unmanaged<nint, byte*, nint, nint*, int> read);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int BIO_meth_set_write_ex(
        nint method, delegate* unmanaged<nint, byte*, nint, nint*, int> write);

    [DllImport(OpenSslLibrary.Name)]
    public static extern int BIO_meth_set_ctrl(nint method, delegate* unmanaged<nint, int, nint, nint, nint> control);

    [DllImport(OpenSslLibrary.Name)]
    public static extern nint BIO_new(nint method);

    [DllImport(OpenSslLibrary.Name)]
    public static extern void BIO_set_init(nint bio, int done);

    [DllImport(OpenSslLibrary.Name)]
    public static extern void BIO_set_data(nint bio, nint data);

    [DllImport(OpenSslLibrary.Name)]
    [SuppressGCTransition]
    public static extern nint BIO_get_data(nint bio);

    [DllImport(OpenSslLibrary.Name)]
    [SuppressGCTransition]
    public static extern void BIO_set_flags(nint bio, int flags);

    [DllImport(OpenSslLibrary.Name)]
    [SuppressGCTransition]
    public static extern void BIO_clear_flags(nint bio, int flags);
}
