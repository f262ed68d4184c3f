# become-root: runs the machine's `sudo` script (rootfs/usr/lib/rosd/lent/sudo) as root, in a console whose image has no sudo. Set-uid
# and static, since such an image may have any C library. It asks nobody anything: its mode lets only group docker run it, whose
# members own the machine anyway (rootfs/etc/sudoers.d/docker). x86-64, Linux.
        .set    SETUID, 105
        .set    SETGID, 106
        .set    SETGROUPS, 116
        .set    EXECVE, 59
        .set    EXIT, 60

        .globl  _start
        .text
_start:
        xor     %edi, %edi
        xor     %esi, %esi
        mov     $SETGROUPS, %eax
        syscall
        test    %rax, %rax
        jnz     fail
        xor     %edi, %edi
        mov     $SETGID, %eax
        syscall
        test    %rax, %rax
        jnz     fail
        xor     %edi, %edi
        mov     $SETUID, %eax
        syscall
        test    %rax, %rax
        jnz     fail

        # The stack is argc, argv[0], argv[1] ..., NULL, the environment. `sh SCRIPT argv[1] ...` begins where argc lies.
        mov     (%rsp), %rcx
        lea     16(%rsp,%rcx,8), %rdx
        lea     sh(%rip), %rax
        mov     %rax, (%rsp)
        lea     script(%rip), %rax
        mov     %rax, 8(%rsp)
        mov     %rsp, %rsi
        lea     busybox(%rip), %rdi
        mov     $EXECVE, %eax
        syscall
fail:
        mov     $126, %edi
        mov     $EXIT, %eax
        syscall

        .section .rodata
busybox:
        .asciz  "/.rosd/usr/bin/busybox"
sh:
        .asciz  "sh"
script:
        .asciz  "/.rosd/usr/lib/rosd/lent/sudo"

        .section .note.GNU-stack,"",@progbits
